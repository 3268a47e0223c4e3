@NullMarked
package org.ultravisor.node.demo;

import org.jspecify.annotations.NullMarked;
