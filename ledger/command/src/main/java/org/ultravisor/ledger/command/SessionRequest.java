package org.ultravisor.ledger.command;

/**
 * Asks for a session; twice with one nonce gives one session.
 *
 * @param nonce chosen at random by the client
 * @param issuer who asks, for the audit log
 */
public record SessionRequest(long nonce, String issuer) {}
