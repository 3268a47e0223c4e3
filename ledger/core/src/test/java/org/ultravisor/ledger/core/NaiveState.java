package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** All that the model knows, and the few questions that many operations ask of it. */
final class NaiveState {
  /** A processor and who has it; 0 where nobody does. */
  record Processor(int cell, int partition, long reservation) {}

  /** A device and who has it; 0 where nobody does. */
  record Device(int deviceClass, int group, int partition, long reservation) {}

  record Host(int window, long incarnation, long nonce) {}

  final NaiveUndo undo = new NaiveUndo();
  final NaiveMemory memory = new NaiveMemory(undo);
  final NaiveTable<Integer, NaivePartition> partitions = new NaiveTable<>(undo);
  final NaiveTable<Integer, Processor> processors = new NaiveTable<>(undo);
  final NaiveTable<String, Device> devices = new NaiveTable<>(undo);
  final NaiveTable<String, Host> hosts = new NaiveTable<>(undo);
  final NaiveTable<Long, NaiveReservation> reservations = new NaiveTable<>(undo);
  final NaiveTable<Long, NaiveChannels.Channel> channels = new NaiveTable<>(undo);
  final NaiveTable<Long, NaiveServices.Service> services = new NaiveTable<>(undo);
  final NaiveTable<String, NaiveServices.Promise> promises = new NaiveTable<>(undo);
  final NaiveTable<String, NaiveServices.Policy> policies = new NaiveTable<>(undo);
  final NaiveLoans loans = new NaiveLoans(this);
  private final NaiveTable<String, Long> counters = new NaiveTable<>(undo);

  /** Of the last transaction; during one, its own sequence is one more. */
  long sequence;

  /** Ledger time of the transaction that is being executed. */
  long now;

  long issue(String counter) {
    Long next = counters.get(counter);
    long number = next == null ? 1 : next;
    counters.put(counter, number + 1);
    return number;
  }

  /** What a counter would issue next. */
  long next(String counter) {
    Long next = counters.get(counter);
    return next == null ? 1 : next;
  }

  @Nullable NaivePartition named(String name) {
    for (NaivePartition partition : partitions.values()) {
      if (partition.name().equals(name)) {
        return partition;
      }
    }
    return null;
  }

  NaivePartition require(String name) {
    return Objects.requireNonNull(named(name));
  }

  /** Why not all of these partitions are there and none of them is going. */
  @Nullable Refusal partitionProblem(String... names) {
    for (String name : names) {
      if (named(name) == null) {
        return Refusal.PARTITION_NOT_FOUND;
      }
    }
    for (String name : names) {
      if (require(name).zombie()) {
        return Refusal.PARTITION_STATE;
      }
    }
    return null;
  }

  /** The monitors of a partition that may still use what it sees. */
  List<Long> monitorOf(int partition) {
    NaivePartition found = partitions.get(partition);
    return found == null || found.monitor() == 0 ? List.of() : List.of(found.monitor());
  }

  NaivePending pending(List<Long> awaited, boolean scrub, NaiveEnd end) {
    return new NaivePending(0, awaited, scrub, sequence + 1, end);
  }

  long charged(int partition) {
    NaiveMemory.Holdings has = memory.of(partition);
    return has.owned + has.incoming;
  }

  @Nullable Refusal limitProblem(NaivePartition partition, long more) {
    return charged(partition.id()) + more > partition.limits().pages() ? Refusal.PAGE_LIMIT : null;
  }

  long processorsOf(int partition) {
    return processors.values().stream().filter(each -> each.partition() == partition).count();
  }

  // ---- pages

  static boolean crossesWindow(PageRange range) {
    return range.firstFrame() >>> 40 != (range.endFrame() - 1) >>> 40;
  }

  /** Whether pages in loans will do. */
  private enum InLoans {
    NONE,
    SHARED,
    ALL
  }

  @Nullable Refusal notAvailable(PageRange range) {
    return pageProblem(range, NaivePage.AVAILABLE, Refusal.PAGES_NOT_FREE, InLoans.ALL);
  }

  /** Why the partition does not have and see every page of the range for itself. */
  @Nullable Refusal notOwned(PageRange range, int partition) {
    return pageProblem(range, partition, Refusal.PAGES_NOT_OWNED, InLoans.NONE);
  }

  /** The same, but it may share them. */
  @Nullable Refusal notOwnedSharedToo(PageRange range, int partition) {
    return pageProblem(range, partition, Refusal.PAGES_NOT_OWNED, InLoans.SHARED);
  }

  /** The same, but it may have lent them. */
  @Nullable Refusal notOwnedLentToo(PageRange range, int partition) {
    return pageProblem(range, partition, Refusal.PAGES_NOT_OWNED, InLoans.ALL);
  }

  private @Nullable Refusal pageProblem(PageRange range, int owner, Refusal last, InLoans inLoans) {
    if (crossesWindow(range)) {
      return Refusal.PAGES_OUT_OF_BOUNDS;
    }
    Refusal worst = null;
    for (long frame = range.firstFrame(); frame < range.endFrame(); frame++) {
      NaivePage page = memory.get(frame);
      worst = first(worst, page == null ? Refusal.PAGES_NOT_INSTALLED : problem(page, owner, last));
      if (page != null && page.loan() != 0 && inLoans != InLoans.ALL) {
        boolean lent = inLoans == InLoans.NONE || loans.require(page.loan()).lend();
        worst = first(worst, lent ? Refusal.PAGES_LENT : null);
      }
    }
    return worst;
  }

  private static @Nullable Refusal problem(NaivePage page, int owner, Refusal last) {
    if (page.owner() == NaivePage.POISONED) {
      return Refusal.PAGES_POISONED;
    }
    if (page.pending() != null) {
      return Refusal.PAGES_REVOKING;
    }
    if (page.reservation() != 0) {
      return Refusal.PAGES_RESERVED;
    }
    return page.owner() == owner ? null : last;
  }

  /** The first of several reasons by the order of refusals. */
  static @Nullable Refusal first(@Nullable Refusal... problems) {
    Refusal first = null;
    for (Refusal problem : problems) {
      if (problem != null && (first == null || problem.compareTo(first) < 0)) {
        first = problem;
      }
    }
    return first;
  }

  /** Frames in the largest block that starts where the range does and fits into it. */
  static long blockOf(PageRange range) {
    long block = 1;
    while (range.firstFrame() % (block * 1024) == 0 && range.frameCount() >= block * 1024) {
      block *= 1024;
    }
    return block;
  }

  long place(int partition, long asked, long count, long block) {
    return asked >= 0 ? asked : memory.of(partition).guests.firstGap(count, block);
  }

  @Nullable Refusal guestProblem(int partition, long guest, long count) {
    if (!memory.of(partition).guests.free(guest, count)) {
      return Refusal.GUEST_RANGE_TAKEN;
    }
    return guest + count > 1L << 50 ? Refusal.GUEST_RANGE_OUT_OF_BOUNDS : null;
  }

  /** Takes a page from whoever sees it, until what is awaited has come. */
  void revoke(long frame, NaivePending pending) {
    memory.change(frame, page -> page.revoked(pending));
    finish(frame);
  }

  /** Gives the page its end if it waits for nothing any more. */
  void finish(long frame) {
    NaivePage page = memory.require(frame);
    NaivePending pending = page.pending();
    if (pending == null || !pending.over()) {
      return;
    }
    NaiveEnd end = pending.end();
    memory.set(
        frame,
        switch (end.kind()) {
          case AVAILABLE -> NaivePage.plain(page.cell(), NaivePage.AVAILABLE);
          case POISONED -> NaivePage.plain(page.cell(), NaivePage.POISONED);
          case OWNED -> page.seen(end.partition(), end.guest(), end.rights());
          case LENT, PROTECTED, RETURNED -> page.waiting(null);
        });
  }
}
