@NullMarked
package org.ultravisor.node.cli;

import org.jspecify.annotations.NullMarked;
