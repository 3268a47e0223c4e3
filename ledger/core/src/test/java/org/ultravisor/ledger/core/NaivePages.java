package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/** Pages are assigned, allocated, released and donated. */
final class NaivePages {
  private final NaiveState state;

  NaivePages(NaiveState state) {
    this.state = state;
  }

  static List<Long> frames(PageRange range) {
    List<Long> frames = new ArrayList<>();
    for (long frame = range.firstFrame(); frame < range.endFrame(); frame++) {
      frames.add(frame);
    }
    return frames;
  }

  @Nullable Refusal assign(Operation.AssignPages op) {
    Refusal problem = state.partitionProblem(op.partition());
    if (problem == null) {
      problem = state.notAvailable(op.range());
    }
    if (problem != null) {
      return problem;
    }
    NaivePartition partition = state.require(op.partition());
    long count = op.range().frameCount();
    long guest =
        state.place(partition.id(), op.guestFrame(), count, NaiveState.blockOf(op.range()));
    problem =
        NaiveState.first(
            state.guestProblem(partition.id(), guest, count), state.limitProblem(partition, count));
    if (problem == null) {
      give(partition.id(), frames(op.range()), guest, op.rights());
    }
    return problem;
  }

  void give(int partition, List<Long> frames, long guest, Rights rights) {
    long at = guest;
    for (long frame : frames) {
      long seenAt = at++;
      state.memory.change(frame, page -> page.seen(partition, seenAt, rights));
    }
  }

  @Nullable Refusal allocate(Operation.AllocatePages op) {
    Refusal problem = state.partitionProblem(op.partition());
    if (problem != null) {
      return problem;
    }
    NaivePartition partition = state.require(op.partition());
    long count = op.frameCount();
    long block = block(op.tier());
    if (count % block != 0) {
      return Refusal.PAGES_MISALIGNED;
    }
    long guest = state.place(partition.id(), op.guestFrame(), count, block);
    problem = state.guestProblem(partition.id(), guest, count);
    List<Long> found = problem == null ? find(count, op.tier(), op.cells()) : List.of();
    problem =
        NaiveState.first(
            problem,
            found.size() < count ? Refusal.NOT_ENOUGH_PAGES : null,
            state.limitProblem(partition, count));
    if (problem == null) {
      give(partition.id(), found, guest, op.rights());
    }
    return problem;
  }

  static long block(Tier tier) {
    return 1L << (10 * tier.level());
  }

  /** The first free blocks by address in the first of the cells that has some left. */
  List<Long> find(long count, Tier tier, List<Integer> cells) {
    long block = block(tier);
    List<Long> found = new ArrayList<>();
    for (int cell : new LinkedHashSet<>(cells)) {
      for (int i = 0; i < NaiveMemory.SIZE && found.size() < count; i++) {
        NaivePage page = state.memory.at(i);
        if (page != null && page.available() && page.cell() == cell) {
          addBlock(NaiveMemory.frame(i), block, cell, found);
        }
      }
    }
    return found;
  }

  private void addBlock(long first, long block, int cell, List<Long> found) {
    if (first % block != 0) {
      return;
    }
    for (long frame = first; frame < first + block; frame++) {
      NaivePage page = state.memory.get(frame);
      if (page == null || !page.available() || page.cell() != cell) {
        return;
      }
    }
    for (long frame = first; frame < first + block; frame++) {
      found.add(frame);
    }
  }

  @Nullable Refusal release(Operation.ReleasePages op) {
    Refusal problem = state.partitionProblem(op.partition());
    if (problem != null) {
      return problem;
    }
    int owner = state.require(op.partition()).id();
    problem = state.notOwned(op.range(), owner);
    if (problem == null) {
      for (long frame : frames(op.range())) {
        state.revoke(frame, state.pending(state.monitorOf(owner), true, NaiveEnd.AVAILABLE));
      }
    }
    return problem;
  }

  @Nullable Refusal donate(Operation.DonatePages op) {
    Refusal problem = state.partitionProblem(op.from(), op.to());
    if (problem != null) {
      return problem;
    }
    int from = state.require(op.from()).id();
    NaivePartition to = state.require(op.to());
    problem = state.notOwned(op.range(), from);
    if (problem != null) {
      return problem;
    }
    long count = op.range().frameCount();
    long guest = state.place(to.id(), op.guestFrame(), count, NaiveState.blockOf(op.range()));
    problem =
        NaiveState.first(state.guestProblem(to.id(), guest, count), state.limitProblem(to, count));
    if (problem == null) {
      long at = guest;
      for (long frame : frames(op.range())) {
        NaiveEnd end = NaiveEnd.owned(to.id(), at++, state.memory.require(frame).rights());
        state.revoke(frame, state.pending(state.monitorOf(from), op.scrub(), end));
      }
    }
    return problem;
  }
}
