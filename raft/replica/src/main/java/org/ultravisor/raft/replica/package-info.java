/**
 * The ledger as a Raft state machine: replicas that agree on one order of transactions, each with
 * its own copy of the ledger. Adapts ledger/core and ledger/store to Apache Ratis and nothing more:
 * it orders, writes and answers, and never decides.
 *
 * <p>Start with {@code Replica}. A transaction meets, in this order, {@code GroupCommit} (which
 * puts what is waiting into one log entry), {@code RatisLog} (which says honestly whether an entry
 * may be in the log), Ratis (a majority's fsync), and {@code LedgerStateMachine} on every replica.
 *
 * <p>An error while applying, writing the log or taking a snapshot ends the replica: it reports to
 * {@code ReplicaListener} and answers nothing more.
 */
@NullMarked
package org.ultravisor.raft.replica;

import org.jspecify.annotations.NullMarked;
