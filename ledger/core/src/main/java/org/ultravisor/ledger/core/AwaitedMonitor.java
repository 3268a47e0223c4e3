package org.ultravisor.ledger.core;

/**
 * A monitor that has to let go of pages.
 *
 * @param partition whose monitor it is
 * @param acknowledged the sequence that it has acknowledged
 * @param needed the sequence that it must acknowledge
 */
public record AwaitedMonitor(
    int partition,
    String partitionName,
    String host,
    long incarnation,
    long acknowledged,
    long needed) {}
