@NullMarked
package org.ultravisor.raft.replica;

import org.jspecify.annotations.NullMarked;
