package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/**
 * The page steps of the ladders, in order of precedence. Cheap when all is well; only a refusal
 * looks at the range run by run.
 */
final class PageChecks {
  /** Bits of a frame number below its host's window. */
  static final int WINDOW_BITS = 40;

  private final State state;

  PageChecks(State state) {
    this.state = state;
  }

  static int windowOf(long frame) {
    return (int) (frame >>> WINDOW_BITS);
  }

  /** The first frame behind the frame's window. */
  static long windowEnd(long frame) {
    return ((frame >>> WINDOW_BITS) + 1) << WINDOW_BITS;
  }

  static Decision.@Nullable Rejected window(PageRange range) {
    return windowOf(range.firstFrame()) == windowOf(range.endFrame() - 1)
        ? null
        : rejected(Refusal.PAGES_OUT_OF_BOUNDS, range + " crosses a host's window");
  }

  /** Why not every page of the range is available; null if every one is. */
  Decision.@Nullable Rejected available(PageRange range) {
    int descriptor = state.memory.owner().descriptorAt(range.firstFrame());
    if (Descriptors.isAvailable(descriptor)
        && (range.frameCount() == 1 || state.memory.owner().isWhole(range, descriptor))
        && window(range) == null) {
      return null;
    }
    return firstOf(range, Refusal.PAGES_NOT_FREE, 0);
  }

  /** Which loans do not stand in the way of what is asked of an owner's pages. */
  enum Loans {
    NONE,
    SHARED,
    ANY
  }

  /** Why not every page of the range is the owner's alone; null if every one is. */
  Decision.@Nullable Rejected owned(PageRange range, PartitionDescriptor owner) {
    return owned(range, owner, Loans.NONE);
  }

  /** Why not every page of the range is owned, or lent otherwise; null if every one is. */
  Decision.@Nullable Rejected owned(PageRange range, PartitionDescriptor owner, Loans allowed) {
    int descriptor = Descriptors.partition(owner.id());
    boolean whole =
        range.frameCount() == 1
            ? state.memory.owner().descriptorAt(range.firstFrame()) == descriptor
            : state.memory.owner().isWhole(range, descriptor);
    if (whole
        && state.indexes.revocationIn(range) == null
        && state.indexes.reservations.heldIn(range) == null
        && window(range) == null) {
      return lent(range, allowed);
    }
    return firstOf(range, Refusal.PAGES_NOT_OWNED, descriptor);
  }

  private Decision.@Nullable Rejected lent(PageRange range, Loans allowed) {
    if (allowed == Loans.ANY || state.indexes.loans.loanIn(range) == null) {
      return null;
    }
    for (LoanInfo loan : state.indexes.loans.allIn(range)) {
      if (allowed == Loans.NONE || loan.isLent()) {
        return rejected(
            Refusal.PAGES_LENT,
            "%s is part of loan %d, %s".formatted(loan.range(), loan.loan(), loan.kind()));
      }
    }
    return null;
  }

  /** Why not every page of the range is installed; null if every one is. */
  Decision.@Nullable Rejected installed(PageRange range) {
    Decision.Rejected outside = window(range);
    if (outside != null) {
      return outside;
    }
    Findings found = new Findings(Refusal.PAGES_NOT_INSTALLED, 0);
    state.memory.owner().forEachRun(range, found::run);
    return found.absent >= 0 ? notInstalled(found) : null;
  }

  private Decision.@Nullable Rejected firstOf(PageRange range, Refusal last, int wanted) {
    Decision.Rejected outside = window(range);
    if (outside != null) {
      return outside;
    }
    Findings found = new Findings(last, wanted);
    state.memory.owner().forEachRun(range, found::run);
    if (found.absent >= 0) {
      return notInstalled(found);
    }
    if (found.poisoned >= 0) {
      return rejected(Refusal.PAGES_POISONED, "frame " + found.poisoned);
    }
    RevocationInfo revocation = state.indexes.revocationIn(range);
    if (revocation != null) {
      return rejected(
          Refusal.PAGES_REVOKING,
          "revocation %d of %s".formatted(revocation.revocation(), revocation.range()));
    }
    HeldRange held = state.indexes.reservations.heldIn(range);
    if (held != null) {
      ReservationInfo reservation = state.reservations.require(held.reservation());
      return rejected(
          Refusal.PAGES_RESERVED,
          "reservation '%s' holds %s".formatted(reservation.name(), held.range()));
    }
    return found.other < 0
        ? null
        : rejected(last, "frame %d is %s".formatted(found.other, name(found.otherDescriptor)));
  }

  private static Decision.Rejected notInstalled(Findings found) {
    return rejected(Refusal.PAGES_NOT_INSTALLED, "frame " + found.absent);
  }

  /** A descriptor as people name it. */
  String name(int descriptor) {
    if (Descriptors.isPartition(descriptor)) {
      int id = Descriptors.partitionOf(descriptor);
      return "owned by '" + state.partitions.require(id).name() + "'";
    }
    return switch (descriptor) {
      case Descriptors.ABSENT -> "not installed";
      case Descriptors.RESERVED -> "reserved";
      case Descriptors.POISONED -> "poisoned";
      default -> "available in cell " + Descriptors.cellOf(descriptor);
    };
  }

  /** The first frame of each kind that stands in the way; -1 where there is none. */
  private static final class Findings {
    private final boolean availableWanted;
    private final int wanted;
    private long absent = -1;
    private long poisoned = -1;
    private long other = -1;
    private int otherDescriptor;

    Findings(Refusal last, int wanted) {
      this.availableWanted = last == Refusal.PAGES_NOT_FREE;
      this.wanted = wanted;
    }

    void run(long firstFrame, long frameCount, int descriptor) {
      if (descriptor == Descriptors.ABSENT) {
        absent = absent < 0 ? firstFrame : absent;
      } else if (descriptor == Descriptors.POISONED) {
        poisoned = poisoned < 0 ? firstFrame : poisoned;
      } else if (other < 0
          && (availableWanted ? !Descriptors.isAvailable(descriptor) : descriptor != wanted)) {
        other = firstFrame;
        otherDescriptor = descriptor;
      }
    }
  }
}
