/**
 * The data path between a replica and the native programs of its host: per-partition views and a
 * host view in shared memory, and the acknowledgement files that come back.
 *
 * <p>The bytes are described in {@code monitor-bridge/layout}; {@link
 * org.ultravisor.bridge.ViewLayout} and its siblings hold the same numbers and check them. Start
 * with {@link org.ultravisor.bridge.ViewPublisher}. One thread writes; it is the thread that
 * applies the log.
 */
@NullMarked
package org.ultravisor.bridge;

import org.jspecify.annotations.NullMarked;
