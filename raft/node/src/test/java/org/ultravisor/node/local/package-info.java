@NullMarked
package org.ultravisor.node.local;

import org.jspecify.annotations.NullMarked;
