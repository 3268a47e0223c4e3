package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * The ledger as one would write it without caring for cost: a page at a time. It knows what is
 * refused and why, and what each page is afterwards; numbers that a ledger issues (incarnations,
 * revocations) it learns from the ledger's facts.
 */
final class NaiveLedger {
  static final String AVAILABLE = "(available)";
  static final String RESERVED = "(reserved)";
  static final String POISONED = "(poisoned)";

  /** What a page waits for. */
  static final class Pending {
    long number;
    long awaited;
    boolean scrub;
    long revokedAt;
    String end = AVAILABLE;
    long endGuest;
    Rights endRights = Rights.READ;

    Pending copy() {
      Pending copy = new Pending();
      copy.number = number;
      copy.awaited = awaited;
      copy.scrub = scrub;
      copy.revokedAt = revokedAt;
      copy.end = end;
      copy.endGuest = endGuest;
      copy.endRights = endRights;
      return copy;
    }
  }

  /** An installed page. */
  static final class Page {
    final int cell;
    String owner;
    long guest = -1;
    Rights rights = Rights.READ;
    @Nullable Pending pending;

    Page(int cell, String owner) {
      this.cell = cell;
      this.owner = owner;
    }

    Page copy() {
      Page copy = new Page(cell, owner);
      copy.guest = guest;
      copy.rights = rights;
      copy.pending = pending == null ? null : pending.copy();
      return copy;
    }
  }

  /** A partition. */
  static final class Partition {
    PartitionState state = PartitionState.CREATED;
    Limits limits;
    long monitor;
    long acknowledged;

    Partition(Limits limits) {
      this.limits = limits;
    }

    Partition copy() {
      Partition copy = new Partition(limits);
      copy.state = state;
      copy.monitor = monitor;
      copy.acknowledged = acknowledged;
      return copy;
    }
  }

  final TreeMap<Long, Page> pages = new TreeMap<>();
  final TreeMap<String, Partition> partitions = new TreeMap<>();
  final TreeMap<Integer, String> processors = new TreeMap<>();
  long sequence;

  NaiveLedger copy() {
    NaiveLedger copy = new NaiveLedger();
    pages.forEach((frame, page) -> copy.pages.put(frame, page.copy()));
    partitions.forEach((name, partition) -> copy.partitions.put(name, partition.copy()));
    copy.processors.putAll(processors);
    copy.sequence = sequence;
    return copy;
  }

  /** Does it, or says why not and has changed nothing. */
  @Nullable Refusal execute(Operation operation) {
    Refusal refusal =
        switch (operation) {
          case Operation.AddMemory op -> addMemory(op);
          case Operation.RemoveMemory op -> removeMemory(op);
          case Operation.PoisonPages op -> poison(op);
          case Operation.CreatePartition op -> create(op);
          case Operation.SetLimits op -> setLimits(op);
          case Operation.StartPartition op ->
              change(op.partition(), PartitionState.RUNNING, PartitionState.CREATED);
          case Operation.StopPartition op ->
              change(op.partition(), PartitionState.STOPPED, PartitionState.RUNNING);
          case Operation.DestroyPartition op -> destroy(op);
          case Operation.AssignPages op -> assign(op);
          case Operation.AllocatePages op -> allocate(op);
          case Operation.ReleasePages op -> release(op);
          case Operation.DonatePages op -> donate(op);
          case Operation.AddProcessor op -> addProcessor(op);
          case Operation.AssignProcessor op -> assignProcessor(op);
          case Operation.ReleaseProcessor op -> releaseProcessor(op);
          case Operation.AttachMonitor op -> attach(op);
          case Operation.AcknowledgeView op -> acknowledge(op);
          case Operation.FenceMonitor op -> fence(op);
          case Operation.RecordScrub op -> scrub(op);
          default -> throw new AssertionError("the model does not know " + operation);
        };
    bury();
    return refusal;
  }

  private static List<Long> frames(PageRange range) {
    List<Long> frames = new ArrayList<>();
    for (long frame = range.firstFrame(); frame < range.endFrame(); frame++) {
      frames.add(frame);
    }
    return frames;
  }

  private List<Page> pagesOf(PageRange range) {
    return frames(range).stream().map(frame -> Objects.requireNonNull(pages.get(frame))).toList();
  }

  private static boolean crossesWindow(PageRange range) {
    return range.firstFrame() >>> 40 != (range.endFrame() - 1) >>> 40;
  }

  private @Nullable Refusal pageProblem(PageRange range, String wanted, Refusal last) {
    if (crossesWindow(range)) {
      return Refusal.PAGES_OUT_OF_BOUNDS;
    }
    Refusal worst = null;
    for (long frame : frames(range)) {
      Page page = pages.get(frame);
      Refusal here =
          page == null
              ? Refusal.PAGES_NOT_INSTALLED
              : page.owner.equals(POISONED)
                  ? Refusal.PAGES_POISONED
                  : page.pending != null
                      ? Refusal.PAGES_REVOKING
                      : page.owner.equals(wanted) ? null : last;
      if (here != null && (worst == null || here.compareTo(worst) < 0)) {
        worst = here;
      }
    }
    return worst;
  }

  /** The guest frames at which the partition sees a page, or will. */
  private NavigableSet<Long> guestsTaken(String partition) {
    TreeSet<Long> taken = new TreeSet<>();
    for (Page page : pages.values()) {
      if (page.owner.equals(partition) && page.pending == null) {
        taken.add(page.guest);
      }
      Pending pending = page.pending;
      if (pending != null && pending.end.equals(partition)) {
        taken.add(pending.endGuest);
      }
    }
    return taken;
  }

  private long place(String partition, long asked, long count, long block) {
    NavigableSet<Long> taken = guestsTaken(partition);
    long guest = Math.max(asked, 0);
    while (asked < 0 && !taken.subSet(guest, guest + count).isEmpty()) {
      guest += block;
    }
    return guest;
  }

  private @Nullable Refusal guestProblem(String partition, long guest, long count) {
    if (!guestsTaken(partition).subSet(guest, guest + count).isEmpty()) {
      return Refusal.GUEST_RANGE_TAKEN;
    }
    return guest + count > 1L << 50 ? Refusal.GUEST_RANGE_OUT_OF_BOUNDS : null;
  }

  private long charged(String partition) {
    return pages.values().stream()
        .mapToLong(
            page ->
                (page.owner.equals(partition) ? 1 : 0)
                    + (page.pending != null && page.pending.end.equals(partition) ? 1 : 0))
        .sum();
  }

  private @Nullable Refusal limitProblem(String partition, long more) {
    return charged(partition) + more > partition(partition).limits.pages()
        ? Refusal.PAGE_LIMIT
        : null;
  }

  private Partition partition(String name) {
    Partition partition = partitions.get(name);
    if (partition == null) {
      throw new AssertionError("the model has no partition " + name);
    }
    return partition;
  }

  private @Nullable Refusal partitionProblem(String... names) {
    for (String name : names) {
      if (!partitions.containsKey(name)) {
        return Refusal.PARTITION_NOT_FOUND;
      }
    }
    for (String name : names) {
      if (partition(name).state == PartitionState.ZOMBIE) {
        return Refusal.PARTITION_STATE;
      }
    }
    return null;
  }

  private static @Nullable Refusal first(@Nullable Refusal... problems) {
    Refusal first = null;
    for (Refusal problem : problems) {
      if (problem != null && (first == null || problem.compareTo(first) < 0)) {
        first = problem;
      }
    }
    return first;
  }

  private @Nullable Refusal addMemory(Operation.AddMemory op) {
    if (crossesWindow(op.range())) {
      return Refusal.PAGES_OUT_OF_BOUNDS;
    }
    for (long frame : frames(op.range())) {
      if (pages.containsKey(frame)) {
        return Refusal.PAGES_INSTALLED;
      }
    }
    for (long frame : frames(op.range())) {
      Page page = new Page(op.cell(), op.zeroed() ? AVAILABLE : RESERVED);
      if (!op.zeroed()) {
        page.pending = pending(0, true, AVAILABLE);
      }
      pages.put(frame, page);
    }
    return null;
  }

  private Pending pending(long awaited, boolean scrub, String end) {
    Pending pending = new Pending();
    pending.awaited = awaited;
    pending.scrub = scrub;
    pending.end = end;
    pending.revokedAt = sequence + 1;
    return pending;
  }

  private @Nullable Refusal removeMemory(Operation.RemoveMemory op) {
    Refusal problem = pageProblem(op.range(), AVAILABLE, Refusal.PAGES_NOT_FREE);
    if (problem == null) {
      frames(op.range()).forEach(pages::remove);
    }
    return problem;
  }

  private @Nullable Refusal poison(Operation.PoisonPages op) {
    if (crossesWindow(op.range())) {
      return Refusal.PAGES_OUT_OF_BOUNDS;
    }
    for (long frame : frames(op.range())) {
      if (!pages.containsKey(frame)) {
        return Refusal.PAGES_NOT_INSTALLED;
      }
    }
    for (Page page : pagesOf(op.range())) {
      if (page.owner.equals(AVAILABLE)) {
        page.owner = POISONED;
      } else if (!page.owner.equals(POISONED)) {
        Pending pending = page.pending;
        if (pending == null) {
          pending = pending(partition(page.owner).monitor, false, POISONED);
        }
        pending.scrub = false;
        pending.end = POISONED;
        revoke(page, pending);
      }
    }
    return null;
  }

  private void revoke(Page page, Pending pending) {
    page.pending = pending;
    page.guest = -1;
    finish(page);
  }

  private void finish(Page page) {
    Pending pending = page.pending;
    if (pending != null && pending.awaited == 0 && !pending.scrub) {
      page.pending = null;
      page.owner = pending.end;
      if (partitions.containsKey(pending.end)) {
        page.guest = pending.endGuest;
        page.rights = pending.endRights;
      }
    }
  }

  /** Zombies without pages are gone. */
  private void bury() {
    TreeSet<String> gone = new TreeSet<>();
    partitions.forEach(
        (name, partition) -> {
          if (partition.state == PartitionState.ZOMBIE
              && pages.values().stream().noneMatch(page -> page.owner.equals(name))) {
            gone.add(name);
          }
        });
    gone.forEach(partitions::remove);
  }

  private @Nullable Refusal create(Operation.CreatePartition op) {
    return partitions.putIfAbsent(op.partition(), new Partition(op.limits())) != null
        ? Refusal.PARTITION_EXISTS
        : null;
  }

  private @Nullable Refusal setLimits(Operation.SetLimits op) {
    Refusal problem = partitionProblem(op.partition());
    if (problem != null) {
      return problem;
    }
    if (charged(op.partition()) > op.limits().pages()) {
      return Refusal.PAGE_LIMIT;
    }
    if (processorsOf(op.partition()) > op.limits().processors()) {
      return Refusal.PROCESSOR_LIMIT;
    }
    partition(op.partition()).limits = op.limits();
    return null;
  }

  private long processorsOf(String partition) {
    return processors.values().stream().filter(partition::equals).count();
  }

  private @Nullable Refusal change(String name, PartitionState to, PartitionState from) {
    if (!partitions.containsKey(name)) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (partition(name).state != from) {
      return Refusal.PARTITION_STATE;
    }
    partition(name).state = to;
    return null;
  }

  private @Nullable Refusal destroy(Operation.DestroyPartition op) {
    String name = op.partition();
    if (!partitions.containsKey(name)) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    PartitionState state = partition(name).state;
    if (state != PartitionState.CREATED && state != PartitionState.STOPPED) {
      return Refusal.PARTITION_STATE;
    }
    processors.replaceAll((number, holder) -> holder.equals(name) ? "" : holder);
    for (Page page : pages.values()) {
      Pending pending = page.pending;
      if (pending != null && pending.end.equals(name)) {
        pending.end = AVAILABLE;
        pending.scrub = true;
      }
      if (page.owner.equals(name) && pending == null) {
        revoke(page, pending(partition(name).monitor, true, AVAILABLE));
      }
    }
    partition(name).state = PartitionState.ZOMBIE;
    return null;
  }

  private @Nullable Refusal assign(Operation.AssignPages op) {
    Refusal problem = partitionProblem(op.partition());
    if (problem != null) {
      return problem;
    }
    PageRange range = op.range();
    problem = pageProblem(range, AVAILABLE, Refusal.PAGES_NOT_FREE);
    if (problem != null) {
      return problem;
    }
    long count = range.frameCount();
    long guest = place(op.partition(), op.guestFrame(), count, blockOf(range));
    problem =
        first(guestProblem(op.partition(), guest, count), limitProblem(op.partition(), count));
    if (problem == null) {
      give(op.partition(), frames(range), guest, op.rights());
    }
    return problem;
  }

  private static long blockOf(PageRange range) {
    long block = 1;
    while (range.firstFrame() % (block * 1024) == 0 && range.frameCount() >= block * 1024) {
      block *= 1024;
    }
    return block;
  }

  private void give(String partition, List<Long> frames, long guest, Rights rights) {
    for (int i = 0; i < frames.size(); i++) {
      Page page = Objects.requireNonNull(pages.get(frames.get(i)));
      page.owner = partition;
      page.guest = guest + i;
      page.rights = rights;
    }
  }

  private @Nullable Refusal allocate(Operation.AllocatePages op) {
    Refusal problem = partitionProblem(op.partition());
    if (problem != null) {
      return problem;
    }
    long block = 1L << (10 * op.tier().level());
    if (op.frameCount() % block != 0) {
      return Refusal.PAGES_MISALIGNED;
    }
    long guest = place(op.partition(), op.guestFrame(), op.frameCount(), block);
    List<Long> found = new ArrayList<>();
    for (int cell : new LinkedHashSet<>(op.cells())) {
      for (long frame : pages.keySet()) {
        if (frame % block == 0
            && found.size() < op.frameCount()
            && frames(new PageRange(frame, block)).stream().allMatch(f -> free(f, cell))) {
          found.addAll(frames(new PageRange(frame, block)));
        }
      }
    }
    problem =
        first(
            guestProblem(op.partition(), guest, op.frameCount()),
            found.size() < op.frameCount() ? Refusal.NOT_ENOUGH_PAGES : null,
            limitProblem(op.partition(), op.frameCount()));
    if (problem == null) {
      give(op.partition(), found, guest, op.rights());
    }
    return problem;
  }

  private boolean free(long frame, int cell) {
    Page page = pages.get(frame);
    return page != null && page.owner.equals(AVAILABLE) && page.cell == cell;
  }

  private @Nullable Refusal release(Operation.ReleasePages op) {
    Refusal problem = partitionProblem(op.partition());
    if (problem == null) {
      problem = pageProblem(op.range(), op.partition(), Refusal.PAGES_NOT_OWNED);
    }
    if (problem == null) {
      long monitor = partition(op.partition()).monitor;
      pagesOf(op.range()).forEach(page -> revoke(page, pending(monitor, true, AVAILABLE)));
    }
    return problem;
  }

  private @Nullable Refusal donate(Operation.DonatePages op) {
    Refusal problem = partitionProblem(op.from(), op.to());
    if (problem == null) {
      problem = pageProblem(op.range(), op.from(), Refusal.PAGES_NOT_OWNED);
    }
    if (problem != null) {
      return problem;
    }
    long count = op.range().frameCount();
    long guest = place(op.to(), op.guestFrame(), count, blockOf(op.range()));
    problem = first(guestProblem(op.to(), guest, count), limitProblem(op.to(), count));
    if (problem != null) {
      return problem;
    }
    long monitor = partition(op.from()).monitor;
    for (Page page : pagesOf(op.range())) {
      Pending pending = pending(monitor, op.scrub(), op.to());
      pending.endGuest = guest++;
      pending.endRights = page.rights;
      revoke(page, pending);
    }
    return null;
  }

  private @Nullable Refusal addProcessor(Operation.AddProcessor op) {
    return processors.putIfAbsent(op.processor(), "") != null ? Refusal.PROCESSOR_EXISTS : null;
  }

  private @Nullable Refusal assignProcessor(Operation.AssignProcessor op) {
    if (!partitions.containsKey(op.partition())) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    String holder = processors.get(op.processor());
    if (holder == null) {
      return Refusal.PROCESSOR_NOT_FOUND;
    }
    Partition partition = partition(op.partition());
    Refusal problem =
        first(
            partition.state == PartitionState.ZOMBIE ? Refusal.PARTITION_STATE : null,
            holder.isEmpty() ? null : Refusal.PROCESSOR_NOT_FREE,
            processorsOf(op.partition()) >= partition.limits.processors()
                ? Refusal.PROCESSOR_LIMIT
                : null);
    if (problem == null) {
      processors.put(op.processor(), op.partition());
    }
    return problem;
  }

  private @Nullable Refusal releaseProcessor(Operation.ReleaseProcessor op) {
    if (!partitions.containsKey(op.partition())) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    String holder = processors.get(op.processor());
    if (holder == null) {
      return Refusal.PROCESSOR_NOT_FOUND;
    }
    if (!holder.equals(op.partition())) {
      return Refusal.PROCESSOR_NOT_OWNED;
    }
    processors.put(op.processor(), "");
    return null;
  }

  private @Nullable Refusal attach(Operation.AttachMonitor op) {
    Refusal problem = partitionProblem(op.partition());
    return problem != null || partition(op.partition()).monitor == 0
        ? problem
        : Refusal.MONITOR_ATTACHED;
  }

  private @Nullable Refusal acknowledge(Operation.AcknowledgeView op) {
    if (!partitions.containsKey(op.partition())) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    Partition partition = partition(op.partition());
    if (partition.monitor == 0 || partition.monitor != op.incarnation()) {
      return Refusal.INCARNATION_STALE;
    }
    if (op.sequence() > sequence) {
      return Refusal.SEQUENCE_AHEAD;
    }
    letGo(op.incarnation(), op.sequence());
    return null;
  }

  private void letGo(long incarnation, long upTo) {
    for (Page page : pages.values()) {
      Pending pending = page.pending;
      if (pending != null && pending.awaited == incarnation && pending.revokedAt <= upTo) {
        pending.awaited = 0;
        finish(page);
      }
    }
  }

  private @Nullable Refusal fence(Operation.FenceMonitor op) {
    if (!partitions.containsKey(op.partition())) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    Partition partition = partition(op.partition());
    if (partition.monitor == 0 || partition.monitor != op.incarnation()) {
      return Refusal.INCARNATION_STALE;
    }
    partition.monitor = 0;
    letGo(op.incarnation(), Long.MAX_VALUE);
    return null;
  }

  private @Nullable Refusal scrub(Operation.RecordScrub op) {
    Refusal problem = Refusal.REVOCATION_NOT_FOUND;
    for (Page page : pages.values()) {
      Pending pending = page.pending;
      if (pending != null && pending.number == op.revocation()) {
        problem = pending.awaited != 0 || !pending.scrub ? Refusal.SCRUB_NOT_DUE : null;
        if (problem == null) {
          pending.scrub = false;
          finish(page);
        }
      }
    }
    return problem;
  }

  /** Learns the numbers that the ledger issued. */
  void learn(List<Event> events, Map<Integer, String> names) {
    for (Event event : events) {
      switch (event) {
        case Event.PagesRevoked e -> number(e.range(), e.revocation());
        case Event.RevocationSplit e ->
            pages
                .tailMap(e.at())
                .values()
                .forEach(
                    page -> {
                      if (page.pending != null && page.pending.number == e.revocation()) {
                        page.pending.number = e.tail();
                      }
                    });
        case Event.MonitorAttached e -> {
          Partition partition = partition(Objects.requireNonNull(names.get(e.partition())));
          partition.monitor = e.incarnation();
        }
        default -> {}
      }
    }
  }

  private void number(PageRange range, long revocation) {
    for (long frame : frames(range)) {
      Page page = pages.get(frame);
      if (page != null && page.pending != null && page.pending.number == 0) {
        page.pending.number = revocation;
      }
    }
  }

  /** How many pages each owner has. */
  Map<String, Long> sums() {
    Map<String, Long> sums = new HashMap<>();
    pages.values().forEach(page -> sums.merge(page.owner, 1L, Long::sum));
    return sums;
  }
}
