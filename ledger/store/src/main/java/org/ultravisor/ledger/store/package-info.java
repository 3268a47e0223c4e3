/**
 * The ledger on disk. Start with {@code LedgerStore}; {@code AuditLog} is the part that only reads,
 * live or offline. One directory is one RocksDB with four column families:
 *
 * <pre>
 * family   key                       value
 * leaves   i64 sequence              CRC-32C of the rest (4 bytes), leaf and state hash as encoded by
 *                                    the codec: these encoded bytes are what the Merkle tree hashes
 * merkle   u8 level, i64 index       32 bytes; complete nodes from level 4 up (those below follow from
 *                                    at most eight leaves)
 *          u8 0, i64 row             up to 1,024 times 32 bytes: hashes of compacted leaves; nodes up
 *                                    to level 9 over full rows are not stored
 * state    u8 table, key             value of a StateImage's record, as of the "flushed" sequence
 *          u8 127                    CRC-32C of the rest, "flushed": i64 sequence and hash of the
 *                                    image that the records before are
 *          u8 128, i64 sequence,     the same, of the checkpoint at the "compacted" sequence
 *          u8 table, key
 * meta     "format" "identity"       texts; every value of meta has a CRC-32C before it
 *          "applied"                 term, index, sequence, ledger time, log root, state hash
 *          "compacted"               sequence of the checkpoint, leaves known by hash only, state hash,
 *                                    number of its records, SHA-256 over them
 *          "reclaimed"               sequence of the last compaction whose space is free
 * </pre>
 *
 * This is format 2. Format 1 had "flushed" in meta; such a store is read as it is, and becomes one
 * of format 2 when it is opened for writing.
 *
 * <p>The state is not written through RocksDB's memory but as a table file of its own, which the
 * store takes in whole, so that nobody who commits meanwhile waits for it; until then the file is
 * {@code state-N.unfinished}.
 *
 * <p>Invariants, whenever the directory is opened, after a kill at any instant too:
 *
 * <ol>
 *   <li>Leaves 1 to applied.sequence are there and no others; so are all complete Merkle nodes of
 *       level 4 and up over them. Their root is applied.logRoot. Below compacted.sequence the
 *       hashes are there, and of the leaves those that hold an answer which an open session may ask
 *       for.
 *   <li>compacted.sequence ≤ flushed.sequence ≤ applied.sequence. The state family is the state at
 *       flushed.sequence; the events of the leaves after it lead to applied.stateHash.
 *   <li>The applied index is as old or as new as all of these: one batch per log entry, atomic
 *       flushes over all families. RocksDB's own log is off; the Raft log has whatever is lost.
 * </ol>
 *
 * Beside RocksDB's files lies {@code DURABLE}: the log index at which the store was last said to be
 * durable. It never opens at an earlier one.
 *
 * <p>An error while writing ends the store's use: nothing is tried again on a disk that failed.
 */
@NullMarked
package org.ultravisor.ledger.store;

import org.jspecify.annotations.NullMarked;
