package org.ultravisor.bridge;

import java.lang.foreign.MemorySegment;

/**
 * A monitor's counters, for people; read one by one while it counts. Times in nanoseconds.
 *
 * @param faultsContained accesses of the guest that were stopped
 * @param checksGood the guest's own checks that its memory holds what it wrote
 * @param exitReason 0 none, 1 asked to, 2 partition not running, 3 guest ended, 4 containment
 *     failed, 5 lost its lock, 6 error
 */
public record MonitorStatistics(
    long faultsContained,
    long translations,
    long checksGood,
    long checksBad,
    long longestStall,
    long lastFaultAddress,
    long exitReason,
    long viewSwitches,
    long viewsRefused,
    long pagesMapped,
    long grants,
    long revokes,
    long grantTime,
    long revokeTime,
    long guestProgress,
    long resyncs) {
  private static final long OFFSET = 0x400;

  static MonitorStatistics read(MemorySegment ack) {
    return new MonitorStatistics(
        word(ack, 0),
        word(ack, 1),
        word(ack, 2),
        word(ack, 3),
        word(ack, 4),
        word(ack, 5),
        word(ack, 6),
        word(ack, 7),
        word(ack, 8),
        word(ack, 9),
        word(ack, 10),
        word(ack, 11),
        word(ack, 12),
        word(ack, 13),
        word(ack, 14),
        word(ack, 15));
  }

  private static long word(MemorySegment ack, int number) {
    return Words.getAcquire(ack, OFFSET + 8L * number);
  }
}
