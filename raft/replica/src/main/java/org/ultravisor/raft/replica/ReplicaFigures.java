package org.ultravisor.raft.replica;

/**
 * What a replica has measured since its start.
 *
 * @param entries log entries that group commit made here
 * @param transactions in them
 * @param waiting transactions that wait for an entry now
 * @param inFlight entries that wait for their answers now
 * @param applied log entries with transactions that were applied here
 * @param applyNanos how long that took
 * @param unflushed log entries that are not on this replica's disk yet
 * @param bytesSinceSnapshot of log entries applied since the last snapshot
 * @param probeNanos how long the last small write to the disk took
 */
public record ReplicaFigures(
    long entries,
    long transactions,
    int waiting,
    int inFlight,
    long applied,
    long applyNanos,
    long unflushed,
    long bytesSinceSnapshot,
    long probeNanos) {}
