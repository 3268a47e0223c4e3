package org.ultravisor.ledger.core;

/**
 * An attached monitor.
 *
 * @param attachedAt sequence of its attachment: it translates nothing from a view below it
 * @param acknowledged highest sequence that it acknowledged; the one before {@code attachedAt} at
 *     first
 */
public record MonitorInfo(
    int partition, String host, long incarnation, long nonce, long attachedAt, long acknowledged) {}
