@NullMarked
package org.ultravisor.node.config;

import org.jspecify.annotations.NullMarked;
