package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Random;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.RunVisitor;
import org.ultravisor.mapping.Tier;

/** Operations that sometimes make sense and sometimes do not, all from one seed. */
final class RandomOperations {
  static final long WINDOW = 1L << 40;
  private static final int FRAMES = 4096;
  private static final List<String> NAMES = List.of("a", "b", "c", "d");
  private static final List<Rights> RIGHTS =
      List.of(Rights.READ, Rights.READ_WRITE, Rights.READ_EXECUTE, Rights.ALL);

  private final Random random;
  private final LedgerQueries queries;

  RandomOperations(Random random, LedgerQueries queries) {
    this.random = random;
    this.queries = queries;
  }

  /** One that may stand with others in a transaction: it needs no number issued just before. */
  Operation operation() {
    return switch (random.nextInt(26)) {
      case 0 ->
          new Operation.AddMemory(
              random.nextBoolean() ? range() : big(),
              random.nextInt(2),
              MemoryType.DRAM,
              random.nextInt(3) > 0);
      case 1 -> new Operation.RemoveMemory(range());
      case 2 -> new Operation.PoisonPages(breaking());
      case 3, 4 -> new Operation.CreatePartition(name(), PartitionKind.GUEST, limits());
      case 5 -> new Operation.SetLimits(name(), limits());
      case 6 -> new Operation.StartPartition(name());
      case 7 ->
          random.nextInt(3) > 0
              ? new Operation.StopPartition(name())
              : new Operation.DestroyPartition(name());
      case 8 -> new Operation.AddProcessor(random.nextInt(6), 0);
      case 9 -> new Operation.AssignProcessor(name(), random.nextInt(6));
      case 10 -> new Operation.ReleaseProcessor(name(), random.nextInt(6));
      case 11, 12, 13 -> new Operation.ReleasePages(name(), near());
      case 14, 15, 16 -> donation();
      case 17, 18, 19 -> allocation();
      default -> new Operation.AssignPages(name(), near(), guest(), rights());
    };
  }

  /** One that stands alone. */
  Operation attachment() {
    String name = name();
    return switch (random.nextInt(8)) {
      case 0 ->
          new Operation.AttachMonitor(name, random.nextBoolean() ? "h0" : "h1", random.nextLong());
      case 1 ->
          new Operation.FenceMonitor(name, incarnation(name), random.nextBoolean(), "because");
      case 2, 3 ->
          new Operation.AcknowledgeView(
              name, incarnation(name), Math.max(0, queries.sequence() + 1 - random.nextInt(20)));
      default -> scrub();
    };
  }

  private Operation scrub() {
    List<RevocationInfo> pending = queries.revocations();
    RevocationInfo chosen = pending.isEmpty() ? null : pending.get(random.nextInt(pending.size()));
    String host = chosen != null && chosen.range().firstFrame() >= WINDOW ? "h1" : "h0";
    return new Operation.RecordScrub(
        host,
        queries.hosts().stream()
            .filter(h -> h.host().equals(host))
            .mapToLong(HostInfo::incarnation)
            .findFirst()
            .orElseThrow(),
        chosen == null ? 1_000_000 : chosen.revocation());
  }

  private Operation donation() {
    String from = name();
    String to = name();
    return from.equals(to)
        ? new Operation.ReleasePages(from, near())
        : new Operation.DonatePages(from, to, near(), guest(), random.nextBoolean());
  }

  private Operation allocation() {
    boolean blocks = random.nextInt(4) == 0;
    long count = blocks ? 1024L * (1 + random.nextInt(2)) : 1 + random.nextInt(40);
    return new Operation.AllocatePages(
        name(),
        count + (blocks && random.nextInt(10) == 0 ? 1 : 0),
        blocks ? Tier.M : Tier.K,
        random.nextBoolean() ? List.of(0, 1) : List.of(random.nextInt(2)),
        random.nextInt(3) > 0 ? Operation.ANY_GUEST_FRAME : guest(),
        rights());
  }

  private long incarnation(String partition) {
    long attached = queries.partition(partition).map(PartitionInfo::monitorIncarnation).orElse(1L);
    return random.nextInt(10) == 0 ? attached + 1 : attached;
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private Rights rights() {
    return RIGHTS.get(random.nextInt(RIGHTS.size()));
  }

  private Limits limits() {
    return random.nextInt(3) == 0
        ? new Limits(random.nextInt(400), random.nextInt(3))
        : Limits.NONE;
  }

  private long guest() {
    return switch (random.nextInt(12)) {
      case 0 -> (1L << 50) - 1 - random.nextInt(6);
      case 1, 2, 3, 4 -> Operation.ANY_GUEST_FRAME;
      default -> random.nextInt(FRAMES);
    };
  }

  private long base() {
    return random.nextInt(4) == 0 ? WINDOW : 0;
  }

  private PageRange one() {
    return new PageRange(base() + random.nextInt(FRAMES), 1);
  }

  /** A page, or a few of those that are being revoked. */
  private PageRange breaking() {
    List<RevocationInfo> pending = queries.revocations();
    if (pending.isEmpty() || random.nextInt(3) == 0) {
      return random.nextBoolean() ? near() : one();
    }
    PageRange range = pending.get(random.nextInt(pending.size())).range();
    long skip = random.nextLong(range.frameCount());
    long count = 1 + random.nextLong(Math.min(range.frameCount() - skip, 4));
    return new PageRange(range.firstFrame() + skip, count);
  }

  private PageRange big() {
    return new PageRange(base() + 1024L * random.nextInt(4), 1024);
  }

  private PageRange range() {
    return random.nextInt(30) == 0
        ? new PageRange(WINDOW - 3, 1 + random.nextInt(6))
        : new PageRange(base() + random.nextInt(FRAMES), 1 + random.nextInt(300));
  }

  /** A range that likely has one owner: part of a run, or any. */
  private PageRange near() {
    if (random.nextInt(8) == 0) {
      return range();
    }
    long base = base();
    PageRange all = new PageRange(base, FRAMES);
    long[] chosen = {base + random.nextInt(FRAMES), 1};
    int[] left = {random.nextInt(12)};
    queriesOwner(
        all,
        (first, count, descriptor) -> {
          if (descriptor != 0 && left[0]-- >= 0) {
            chosen[0] = first;
            chosen[1] = count;
          }
        });
    long skip = random.nextInt(3) == 0 ? random.nextLong(chosen[1]) : 0;
    long count = 1 + random.nextLong(Math.min(chosen[1] - skip, 60));
    return new PageRange(chosen[0] + skip, count);
  }

  private void queriesOwner(PageRange all, RunVisitor visitor) {
    ((Queries) queries).owner().forEachRun(all, visitor);
  }
}
