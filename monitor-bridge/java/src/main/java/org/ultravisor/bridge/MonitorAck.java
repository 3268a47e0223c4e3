package org.ultravisor.bridge;

/**
 * What a monitor said last, as in {@code monitor-bridge/layout/ack.md}.
 *
 * @param nonce names the process in AttachMonitor
 * @param start when it started, in clock ticks since boot
 * @param made when it made the file, CLOCK_MONOTONIC nanoseconds
 * @param incarnation what the ledger issued to it; 0 until it has found that in a view
 * @param acknowledged ledger sequence below which nothing is in use any more; 0 for none
 * @param sleeping whether it waits to be woken
 * @param heartbeat CLOCK_MONOTONIC nanoseconds
 * @param ended 0 while it works, else 1 + its exit code
 * @param text its last message
 */
public record MonitorAck(
    String partitionName,
    long nonce,
    long pid,
    long start,
    long made,
    long incarnation,
    long acknowledged,
    boolean sleeping,
    long heartbeat,
    long ended,
    MonitorStatistics statistics,
    String text) {}
