/**
 * The one module that sees everything: the process of a replica, the command line and what they are
 * configured with. Start with {@link org.ultravisor.node.Main}.
 */
@NullMarked
package org.ultravisor.node;

import org.jspecify.annotations.NullMarked;
