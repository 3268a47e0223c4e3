package org.ultravisor.ledger.command;

/**
 * Who is to lead.
 *
 * @param to the replica's id
 */
public record TransferRequest(String to) {}
