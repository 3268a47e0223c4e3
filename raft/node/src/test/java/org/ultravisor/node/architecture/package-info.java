/** The arrows between modules, and what each may use. */
@NullMarked
package org.ultravisor.node.architecture;

import org.jspecify.annotations.NullMarked;
