/** Tests of Raft's transport. */
@NullMarked
package org.ultravisor.raft.wire;

import org.jspecify.annotations.NullMarked;
