package org.ultravisor.ledger.core;

import java.util.List;
import org.ultravisor.mapping.PageRange;

/**
 * A pending revocation.
 *
 * @param partition who lost access; 0 for new memory that waits for its first scrub
 * @param revokedAt sequence at which access was lost
 * @param awaited incarnations of the monitors that have not acknowledged yet
 * @param scrub whether the host agent has yet to zero the pages; due once nothing is awaited
 */
public record RevocationInfo(
    long revocation,
    int partition,
    PageRange range,
    long revokedAt,
    List<Long> awaited,
    boolean scrub,
    EndState end) {
  public RevocationInfo {
    awaited = List.copyOf(awaited);
  }

  /** Whether the host agent may zero the pages now. */
  public boolean scrubDue() {
    return scrub && awaited.isEmpty();
  }
}
