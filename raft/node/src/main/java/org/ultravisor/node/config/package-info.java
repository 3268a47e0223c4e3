/**
 * What a replica and the command line are told by files: strict, with errors that name file, line
 * and field. Start with {@link org.ultravisor.node.config.NodeConfig}.
 */
@NullMarked
package org.ultravisor.node.config;

import org.jspecify.annotations.NullMarked;
