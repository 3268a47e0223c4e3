package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Tier;

/** Decides on pages: assign, allocate, release, donate. */
final class PageDecider {
  private final State state;
  private final PageChecks pages;
  private final GuestChecks guests;
  private final FreeBlocks freeBlocks;

  PageDecider(State state) {
    this.state = state;
    this.pages = new PageChecks(state);
    this.guests = new GuestChecks(state);
    this.freeBlocks = new FreeBlocks(state);
  }

  Decision assign(Operation.AssignPages op) {
    PartitionDescriptor owner = state.partition(op.partition());
    if (owner == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    if (owner.isZombie()) {
      return zombie(owner);
    }
    PageRange range = op.range();
    Decision.Rejected notAvailable = pages.available(range);
    if (notAvailable != null) {
      return notAvailable;
    }
    long guestFrame =
        guests.place(
            owner.id(), op.guestFrame(), range.frameCount(), GuestChecks.alignmentOf(range));
    Decision.Rejected taken = guests.free(owner.id(), guestFrame, range.frameCount());
    if (taken != null) {
      return taken;
    }
    Decision.Rejected limit = limit(owner, range.frameCount());
    if (limit != null) {
      return limit;
    }
    return Decision.accepted(new Event.PagesAssigned(owner.id(), range, guestFrame, op.rights()));
  }

  Decision allocate(Operation.AllocatePages op) {
    PartitionDescriptor owner = state.partition(op.partition());
    if (owner == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    if (owner.isZombie()) {
      return zombie(owner);
    }
    long count = op.frameCount();
    Decision.Rejected misaligned = aligned(count, op.tier());
    if (misaligned != null) {
      return misaligned;
    }
    long guestFrame = guests.place(owner.id(), op.guestFrame(), count, op.tier());
    Decision.Rejected taken = guests.free(owner.id(), guestFrame, count);
    if (taken != null) {
      return taken;
    }
    List<PageRange> found = find(count, op.tier(), op.cells());
    if (found.isEmpty()) {
      return tooFew(count, op.tier(), op.cells());
    }
    Decision.Rejected limit = limit(owner, count);
    if (limit != null) {
      return limit;
    }
    List<Event> events = new ArrayList<>(found.size());
    long at = guestFrame;
    for (PageRange range : found) {
      events.add(new Event.PagesAssigned(owner.id(), range, at, op.rights()));
      at += range.frameCount();
    }
    return Decision.accepted(events);
  }

  /** Free blocks of that many pages together; empty if there are too few. */
  List<PageRange> find(long count, Tier tier, List<Integer> cells) {
    return freeBlocks.find(count, tier, cells);
  }

  static Decision.@Nullable Rejected aligned(long count, Tier tier) {
    long block = Memory.SCALE.frames(tier);
    return count % block == 0
        ? null
        : rejected(
            Refusal.PAGES_MISALIGNED,
            "%d frames are not a multiple of %d, a block of tier %s".formatted(count, block, tier));
  }

  static Decision.Rejected tooFew(long count, Tier tier, List<Integer> cells) {
    return rejected(
        Refusal.NOT_ENOUGH_PAGES,
        "cells %s have fewer than %d frames in free blocks of tier %s"
            .formatted(cells, count, tier));
  }

  Decision release(Operation.ReleasePages op) {
    PartitionDescriptor owner = state.partition(op.partition());
    if (owner == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    if (owner.isZombie()) {
      return zombie(owner);
    }
    Decision.Rejected notOwned = pages.owned(op.range(), owner);
    if (notOwned != null) {
      return notOwned;
    }
    Revoking revoking = new Revoking(state);
    revoking.revokeOwned(owner.id(), op.range(), true, (firstFrame, rights) -> EndState.AVAILABLE);
    return revoking.decision();
  }

  /** A right that is lost must be acknowledged; one that is only gained is there at once. */
  Decision protect(Operation.ProtectPages op) {
    PartitionDescriptor owner = state.partition(op.partition());
    if (owner == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    if (owner.isZombie()) {
      return zombie(owner);
    }
    Decision.Rejected notOwned = pages.owned(op.range(), owner, PageChecks.Loans.SHARED);
    if (notOwned != null) {
      return notOwned;
    }
    Revoking revoking = new Revoking(state);
    List<Long> awaited = revoking.monitorOf(owner.id());
    state.memory.forEachMappingOf(
        owner.id(),
        op.range(),
        (guestFrame, hostFrame, count, rights) -> {
          PageRange run = new PageRange(hostFrame, count);
          if (!op.rights().includes(rights)) {
            revoking.revoke(
                owner.id(), run, guestFrame, awaited, false, new EndState.Protected(op.rights()));
          } else if (!rights.equals(op.rights())) {
            revoking.add(new Event.PagesProtected(owner.id(), run, guestFrame, op.rights()));
          }
        });
    return revoking.decision();
  }

  Decision donate(Operation.DonatePages op) {
    PartitionDescriptor giver = state.partition(op.from());
    if (giver == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.from());
    }
    PartitionDescriptor receiver = state.partition(op.to());
    if (receiver == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.to());
    }
    if (giver.isZombie()) {
      return zombie(giver);
    }
    if (receiver.isZombie()) {
      return zombie(receiver);
    }
    PageRange range = op.range();
    Decision.Rejected notOwned = pages.owned(range, giver);
    if (notOwned != null) {
      return notOwned;
    }
    long guestFrame =
        guests.place(
            receiver.id(), op.guestFrame(), range.frameCount(), GuestChecks.alignmentOf(range));
    Decision.Rejected taken = guests.free(receiver.id(), guestFrame, range.frameCount());
    if (taken != null) {
      return taken;
    }
    Decision.Rejected limit = limit(receiver, range.frameCount());
    if (limit != null) {
      return limit;
    }
    Revoking revoking = new Revoking(state);
    revoking.revokeOwned(
        giver.id(),
        range,
        op.scrub(),
        (firstFrame, rights) ->
            new EndState.Owned(
                receiver.id(), guestFrame + firstFrame - range.firstFrame(), rights));
    return revoking.decision();
  }

  private static Decision.Rejected zombie(PartitionDescriptor partition) {
    return rejected(
        Refusal.PARTITION_STATE, "'%s' is %s".formatted(partition.name(), partition.state()));
  }

  Decision.@Nullable Rejected limit(PartitionDescriptor owner, long more) {
    long charged = state.chargedPages(owner.id());
    return more <= owner.limits().pages() - charged
        ? null
        : rejected(
            Refusal.PAGE_LIMIT,
            "'%s' is charged for %d pages; %d more pass its limit of %d"
                .formatted(owner.name(), charged, more, owner.limits().pages()));
  }
}
