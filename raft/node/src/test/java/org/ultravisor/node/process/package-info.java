@NullMarked
package org.ultravisor.node.process;

import org.jspecify.annotations.NullMarked;
