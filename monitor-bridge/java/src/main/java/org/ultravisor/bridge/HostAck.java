package org.ultravisor.bridge;

import java.util.List;

/**
 * What the host agent said last, as in {@code monitor-bridge/layout/host.md}.
 *
 * @param nonce names the process in AttachHost
 * @param start when it started, in clock ticks since boot
 * @param made when it made the file, CLOCK_MONOTONIC nanoseconds
 * @param memorySize bytes of the host memory object
 * @param incarnation what the ledger issued to it; 0 until it has found that in a host view
 * @param sequence ledger sequence of the newest host view that it acted upon
 * @param sleeping whether it waits to be woken
 * @param heartbeat CLOCK_MONOTONIC nanoseconds
 * @param ended 0 while it works, else 1 + its exit code
 * @param scrubTime nanoseconds, all scrubs together
 * @param scrubbed revocations whose pages this incarnation has zeroed
 * @param dead monitors whose lock the kernel has released
 */
public record HostAck(
    String hostName,
    long nonce,
    long pid,
    long start,
    long made,
    long memorySize,
    long incarnation,
    long sequence,
    boolean sleeping,
    long heartbeat,
    long ended,
    long framesScrubbed,
    long scrubTime,
    long locksWatched,
    List<Long> scrubbed,
    List<DeadMonitor> dead) {
  public HostAck {
    scrubbed = List.copyOf(scrubbed);
    dead = List.copyOf(dead);
  }

  /** A monitor that is gone, with all processes of its guest. */
  public record DeadMonitor(int partition, long incarnation) {}
}
