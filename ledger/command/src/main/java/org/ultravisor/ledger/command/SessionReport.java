package org.ultravisor.ledger.command;

/**
 * An open session.
 *
 * @param session the number that the ledger issued
 * @param nonce what it was opened with
 */
public record SessionReport(long session, long nonce) {}
