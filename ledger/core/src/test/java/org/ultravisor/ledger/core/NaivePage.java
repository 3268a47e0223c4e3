package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.Rights;

/**
 * An installed page.
 *
 * @param owner a partition's number, or one of the pseudo owners
 * @param guest where its owner sees it; -1 if it does not
 * @param loan that it is in; 0 if none
 * @param reservation that holds it; 0 if none
 * @param keptGuest where its owner will see it again once it is no longer lent; -1 if it is not
 */
record NaivePage(
    int cell,
    int owner,
    long guest,
    @Nullable Rights rights,
    @Nullable NaivePending pending,
    long loan,
    long reservation,
    long keptGuest) {
  static final int AVAILABLE = -1;
  static final int RESERVED = -2;
  static final int POISONED = -3;

  /** A page that nobody sees and nobody waits for. */
  static NaivePage plain(int cell, int owner) {
    return new NaivePage(cell, owner, -1, null, null, 0, 0, -1);
  }

  NaivePage seen(int partition, long at, @Nullable Rights with) {
    return new NaivePage(cell, partition, at, with, null, 0, 0, -1);
  }

  /** Waiting, and no longer seen. */
  NaivePage revoked(NaivePending by) {
    return new NaivePage(cell, owner, -1, null, by, loan, reservation, keptGuest);
  }

  NaivePage waiting(@Nullable NaivePending by) {
    return new NaivePage(cell, owner, guest, rights, by, loan, reservation, keptGuest);
  }

  NaivePage with(@Nullable Rights other) {
    return new NaivePage(cell, owner, guest, other, pending, loan, reservation, keptGuest);
  }

  NaivePage inLoan(long number) {
    return new NaivePage(cell, owner, guest, rights, pending, number, reservation, keptGuest);
  }

  /** Lent: its owner will see it again where it did. */
  NaivePage lentOut(long number, NaivePending by) {
    return new NaivePage(cell, owner, -1, rights, by, number, 0, guest);
  }

  /** Waiting, in no loan any more, and never seen by its owner again. */
  NaivePage gone(NaivePending by) {
    return new NaivePage(cell, owner, -1, null, by, 0, 0, -1);
  }

  NaivePage reservedBy(long number) {
    return new NaivePage(cell, owner, guest, rights, pending, loan, number, keptGuest);
  }

  boolean available() {
    return owner == AVAILABLE;
  }
}
