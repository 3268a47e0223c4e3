package org.ultravisor.ledger.core;

/**
 * A transaction as it stands in the log.
 *
 * @param fingerprint of the transaction's content without its ids, computed once where it entered
 *     the cluster; the same request id with another fingerprint is refused
 */
public record Submission(Transaction transaction, long fingerprint) {}
