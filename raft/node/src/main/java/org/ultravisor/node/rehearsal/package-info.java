/**
 * A cluster and its clients in one JVM, so that the JVM learns which code is hot: the launcher runs
 * it once after a build and keeps what was learnt as an ahead-of-time cache.
 */
@NullMarked
package org.ultravisor.node.rehearsal;

import org.jspecify.annotations.NullMarked;
