package org.ultravisor.ledger.core;

import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Writes the facts of revocations. */
final class RevocationApplier {
  private final State state;
  private final LoanApplier loans;

  RevocationApplier(State state, LoanApplier loans) {
    this.state = state;
    this.loans = loans;
  }

  void revoked(Event.PagesRevoked e, long sequence) {
    Invariant.check(
        e.end() instanceof EndState.Returned || state.indexes.revocationIn(e.range()) == null,
        "revocation %d takes pages that are being revoked, from frame %d",
        e.revocation(),
        e.range().firstFrame());
    state.issue(Counter.REVOCATION, e.revocation());
    state.memory.requireWhole(e.range(), loser(e.partition(), e.end(), e.range()));
    if (e.end() instanceof EndState.Returned) {
      loans.returnBegun(e);
    }
    if (e.end() instanceof EndState.Protected(Rights rights)) {
      state.memory.protect(e.partition(), e.guestFrame(), e.range(), rights);
    } else if (e.guestFrame() >= 0) {
      state.memory.unmap(e.partition(), e.guestFrame(), e.range());
    }
    state.revocations.put(
        e.revocation(),
        new RevocationInfo(
            e.revocation(),
            e.partition(),
            e.range(),
            e.guestFrame(),
            sequence,
            e.awaited(),
            e.scrub(),
            e.end()));
    touch(e.partition(), sequence);
    touchReceiver(e.end(), sequence);
  }

  void acknowledged(Event.RevocationAcknowledged e) {
    RevocationInfo revocation = state.revocations.require(e.revocation());
    Invariant.check(
        revocation.awaited().contains(e.monitorIncarnation()),
        "revocation %d does not await incarnation %d",
        e.revocation(),
        e.monitorIncarnation());
    state.revocations.put(e.revocation(), revocation.withoutAwaited(e.monitorIncarnation()));
  }

  void scrubbed(Event.RevocationScrubbed e) {
    RevocationInfo revocation = state.revocations.require(e.revocation());
    Invariant.check(
        revocation.scrubDue(), "revocation %d was scrubbed but not due", e.revocation());
    state.revocations.put(e.revocation(), revocation.withEnd(revocation.end(), false));
  }

  void split(Event.RevocationSplit e) {
    RevocationInfo whole = state.revocations.require(e.revocation());
    PageRange range = whole.range();
    state.issue(Counter.REVOCATION, e.tail());
    state.revocations.put(
        e.revocation(),
        whole.withRange(e.revocation(), PageRange.between(range.firstFrame(), e.at())));
    state.revocations.put(
        e.tail(), whole.withRange(e.tail(), PageRange.between(e.at(), range.endFrame())));
  }

  void redirected(Event.RevocationRedirected e, long sequence) {
    RevocationInfo revocation = state.revocations.require(e.revocation());
    state.revocations.put(e.revocation(), revocation.withEnd(e.end(), e.scrub()));
    touchReceiver(revocation.end(), sequence);
  }

  void superseded(Event.RevocationSuperseded e) {
    state.revocations.require(e.revocation());
    state.revocations.remove(e.revocation());
  }

  void completed(Event.RevocationCompleted e, long sequence) {
    RevocationInfo revocation = state.revocations.require(e.revocation());
    Invariant.check(
        revocation.awaited().isEmpty(),
        "revocation %d ends but awaits %d monitors",
        e.revocation(),
        revocation.awaited().size());
    Invariant.check(!revocation.scrub(), "revocation %d ends but is not scrubbed", e.revocation());
    Invariant.check(
        revocation.end().equals(e.end()),
        "revocation %d ends otherwise than was last said",
        e.revocation());
    state.revocations.remove(e.revocation());
    PageRange range = revocation.range();
    int from = loser(revocation.partition(), revocation.end(), range);
    switch (e.end()) {
      case EndState.Available() -> state.makeAvailable(range, from);
      case EndState.Owned(int to, long guestFrame, Rights rights) -> {
        state.memory.assign(range, from, Descriptors.partition(to));
        state.memory.map(to, guestFrame, range, rights);
        touch(to, sequence);
      }
      case EndState.Poisoned() -> state.memory.assign(range, from, Descriptors.POISONED);
      case EndState.Returned() -> loans.returned(revocation, sequence);
      case EndState.Lent() -> {}
      case EndState.Protected(Rights rights) -> {}
    }
    touch(revocation.partition(), sequence);
  }

  /**
   * The descriptor that pages have while they are being revoked: the loser's. Pages without one
   * wait for their first scrub, or were available until they broke. What a borrower returns is its
   * owner's.
   */
  private int loser(int partition, EndState end, PageRange range) {
    if (end instanceof EndState.Returned) {
      return state.memory.owner().descriptorAt(range.firstFrame());
    }
    if (partition != 0) {
      return Descriptors.partition(partition);
    }
    int first = state.memory.owner().descriptorAt(range.firstFrame());
    return Descriptors.isAvailable(first) ? first : Descriptors.RESERVED;
  }

  private void touchReceiver(EndState end, long sequence) {
    if (end instanceof EndState.Owned owned) {
      touch(owned.partition(), sequence);
    }
  }

  private void touch(int partition, long sequence) {
    if (partition != 0) {
      state.touch(partition, sequence);
    }
  }
}
