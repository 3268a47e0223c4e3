package org.ultravisor.ledger.core;

/**
 * One entry of the audit log: what was asked, when by the ledger's clock, and what became of it.
 *
 * @param sequence from 1, without gaps
 * @param ledgerTime milliseconds since 1970 as stamped by the leader; never goes back
 */
public record Leaf(long sequence, long ledgerTime, Submission submission, Outcome outcome) {}
