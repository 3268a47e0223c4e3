package org.ultravisor.node.local;

import org.ultravisor.ledger.core.Outcome;

/**
 * An answer that a client got, and so must find again in every replica's audit log.
 *
 * @param submittedNanos when it was asked, by System.nanoTime
 * @param answeredNanos when it was answered
 */
public record Acknowledged(Outcome outcome, long submittedNanos, long answeredNanos) {}
