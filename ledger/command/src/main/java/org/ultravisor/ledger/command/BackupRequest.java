package org.ultravisor.ledger.command;

/**
 * Where a backup is to lie.
 *
 * @param directory on the machine of the replica that is asked: absolute, and empty or missing
 */
public record BackupRequest(String directory) {}
