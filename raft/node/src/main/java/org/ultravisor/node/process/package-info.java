/**
 * A replica's process: the replica, its command channel and its host's side, joined. Start with
 * {@link org.ultravisor.node.process.ReplicaProcess}.
 */
@NullMarked
package org.ultravisor.node.process;

import org.jspecify.annotations.NullMarked;
