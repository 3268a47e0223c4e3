@NullMarked
package org.ultravisor.node.host;

import org.jspecify.annotations.NullMarked;
