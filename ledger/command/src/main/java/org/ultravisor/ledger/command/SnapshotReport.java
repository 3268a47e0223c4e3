package org.ultravisor.ledger.command;

/**
 * A snapshot that a replica has taken; its log is cut below it.
 *
 * @param index the last log entry in it
 */
public record SnapshotReport(String replica, long index) {}
