@NullMarked
package org.ultravisor.node.inventory;

import org.jspecify.annotations.NullMarked;
