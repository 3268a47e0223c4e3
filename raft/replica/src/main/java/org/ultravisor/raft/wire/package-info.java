/**
 * Raft between replicas over a {@link org.ultravisor.raft.wire.Wire}: questions and answers in
 * order, over whatever carries bytes. {@code TcpWire} is the one for production.
 *
 * <pre>
 *   Ratis' server ── WireRpc (votes, appends, snapshots, read index) ──▶ Wire.ask ──▶ other replica
 *        ▲                                                                              │
 *        └── WireAppender: one a follower, keeps a few appends on their way ◀── answer ─┘
 * </pre>
 *
 * <p>What it does that Ratis' own transports do not: it puts all that waits into the next append
 * instead of pausing for a millisecond, reads and writes on the threads that have the data, and
 * takes the end of the leader's connection for what it mostly is, the leader's end ({@code
 * LeaderLoss}).
 *
 * <p>Nothing here is needed for safety: Raft holds whatever a wire loses, repeats, delays or
 * invents.
 */
@NullMarked
package org.ultravisor.raft.wire;

import org.jspecify.annotations.NullMarked;
