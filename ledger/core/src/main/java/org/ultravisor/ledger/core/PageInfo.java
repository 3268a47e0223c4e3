package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.Rights;

/**
 * Who has a page.
 *
 * @param frame its host frame
 * @param partition the owner's number; 0 unless {@code kind} is OWNED
 * @param partitionName the owner's name; empty unless {@code kind} is OWNED
 * @param cell its NUMA cell; -1 if it is not installed
 * @param revocation the pending revocation it is part of; 0 if none
 * @param reservation that holds it for its owner; 0 if none
 * @param loan it is part of; 0 if none
 * @param guestFrame where its owner sees it; -1 if it does not
 * @param rights with which its owner sees it; null if it does not
 */
public record PageInfo(
    long frame,
    Kind kind,
    int partition,
    String partitionName,
    int cell,
    long revocation,
    long reservation,
    long loan,
    long guestFrame,
    @Nullable Rights rights) {

  /** The kinds of descriptor. */
  public enum Kind {
    ABSENT,
    RESERVED,
    POISONED,
    AVAILABLE,
    OWNED
  }
}
