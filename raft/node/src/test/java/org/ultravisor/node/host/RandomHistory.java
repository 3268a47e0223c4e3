package org.ultravisor.node.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.ultravisor.ledger.core.Borrower;
import org.ultravisor.ledger.core.ChannelInfo;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.LoanInfo;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.PartitionState;
import org.ultravisor.ledger.core.ReservationInfo;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * Transactions that change who sees which page, and that carry revocations through; many are
 * refused. All from one seed.
 */
final class RandomHistory {
  /** The facts that change maps; a history that lacks one has not tested it. */
  static final List<Class<? extends Event>> FACTS_OF_MAPS =
      List.of(
          Event.PagesAssigned.class,
          Event.PagesRevoked.class,
          Event.RevocationSplit.class,
          Event.RevocationRedirected.class,
          Event.RevocationCompleted.class,
          Event.PagesProtected.class,
          Event.PagesLent.class,
          Event.PagesRetrieved.class,
          Event.LoanReclaimed.class,
          Event.LoanEnded.class,
          Event.LoanSplit.class,
          Event.BorrowerRemoved.class,
          Event.RevocationSuperseded.class,
          Event.ChannelOpened.class,
          Event.ChannelClosed.class,
          Event.Posted.class);

  private static final int FRAMES = 700;
  private static final int GUEST_FRAMES = 3000;

  private final Random random;
  private final LedgerQueries queries;

  RandomHistory(Random random, LedgerQueries queries) {
    this.random = random;
    this.queries = queries;
  }

  /** Mostly one operation, sometimes a few. */
  List<Operation> transaction() {
    List<Operation> operations = new ArrayList<>();
    for (int left = random.nextInt(5) == 0 ? 1 + random.nextInt(3) : 1; left > 0; left--) {
      operations.add(operation());
    }
    return operations;
  }

  private Operation operation() {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> progress();
      case 10, 11, 12, 13, 14, 15, 16, 17 -> loan();
      case 3 -> life();
      case 4 -> reservation();
      case 18, 19 -> channel();
      default -> pages();
    };
  }

  private Operation pages() {
    String name = name();
    return switch (random.nextInt(8)) {
      case 0, 1, 2 ->
          new Operation.AssignPages(name, range(), random.nextInt(GUEST_FRAMES), rights());
      case 3 ->
          new Operation.AllocatePages(
              name,
              1 + random.nextInt(30),
              Tier.K,
              List.of(0),
              Operation.ANY_GUEST_FRAME,
              rights());
      case 4, 5 -> new Operation.ReleasePages(name, seenBy(name));
      case 6 -> new Operation.DonatePages(name, other(name), seenBy(name), -1, coin());
      default ->
          random.nextInt(4) == 0
              ? new Operation.PoisonPages(
                  new PageRange(random.nextInt(FRAMES), 1 + random.nextInt(3)))
              : new Operation.ReleasePages(name, range());
    };
  }

  private Operation loan() {
    Optional<LoanInfo> open = pick(queries.loans());
    String name = name();
    if (open.isEmpty() || random.nextInt(4) == 0) {
      List<Borrower> borrowers = new ArrayList<>();
      borrowers.add(new Borrower(other(name), rights()));
      if (coin()) {
        borrowers.add(new Borrower(other(other(name)), Rights.READ));
      }
      return coin()
          ? new Operation.LendPages(name, seenBy(name), borrowers, coin())
          : new Operation.SharePages(name, seenBy(name), borrowers);
    }
    LoanInfo loan = open.get();
    String owner = nameOf(loan.partition());
    String borrower =
        pick(loan.borrowers()).map(each -> nameOf(each.partition())).orElse(other(owner));
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new Operation.RetrievePages(borrower, loan.loan(), -1);
      case 3, 4 -> new Operation.RelinquishPages(borrower, loan.loan(), random.nextInt(4) == 0);
      case 5 -> new Operation.ReclaimPages(owner, loan.loan());
      case 6 -> {
        long at = random.nextLong(loan.range().frameCount());
        yield new Operation.PoisonPages(new PageRange(loan.range().firstFrame() + at, 1));
      }
      default -> new Operation.ProtectPages(name, seenBy(name), rights());
    };
  }

  /** The server is the only I/O partition, which is never destroyed. */
  private Operation channel() {
    String client = name();
    Optional<ChannelInfo> open = pick(queries.channels());
    return open.isPresent() && random.nextInt(3) == 0
        ? new Operation.CloseChannel(open.get().name())
        : new Operation.OpenChannel(
            "ch" + random.nextInt(6),
            ProjectorFixture.SERVER,
            client,
            seenBy(client),
            Operation.ANY_GUEST_FRAME,
            rights());
  }

  private String nameOf(int partition) {
    return queries.partitionById(partition).map(PartitionInfo::name).orElse("gone");
  }

  private Operation reservation() {
    String held = pick(queries.reservations()).map(ReservationInfo::name).orElse("none");
    return switch (random.nextInt(4)) {
      case 0, 1 ->
          new Operation.Reserve(
              "r" + random.nextInt(4),
              name(),
              1 + random.nextInt(20),
              Tier.K,
              List.of(0),
              List.of(),
              List.of(),
              1 + random.nextInt(2000));
      case 2 -> new Operation.Post(held, Operation.ANY_GUEST_FRAME, rights());
      default -> coin() ? new Operation.Void(held) : new Operation.Tick();
    };
  }

  private Operation life() {
    String name = name();
    return switch (random.nextInt(8)) {
      case 0 -> coin() ? new Operation.StopPartition(name) : new Operation.PausePartition(name);
      case 1 -> new Operation.DestroyPartition(name);
      case 2, 3 -> new Operation.CreatePartition(name, PartitionKind.GUEST, Limits.NONE);
      case 4 -> coin() ? new Operation.StartPartition(name) : new Operation.ResumePartition(name);
      case 5 -> new Operation.FenceMonitor(name, incarnation(name), coin(), "test");
      default -> new Operation.AttachMonitor(name, ProjectorFixture.HOST, 1 + random.nextInt(1000));
    };
  }

  /** What monitors and the host agent say. */
  private Operation progress() {
    String name = name();
    Optional<MonitorInfo> monitor = pick(queries.monitors());
    if (monitor.isPresent() && coin()) {
      String of = queries.partitionById(monitor.get().partition()).orElseThrow().name();
      return new Operation.AcknowledgeView(of, monitor.get().incarnation(), queries.sequence());
    }
    List<RevocationInfo> due =
        queries.revocations().stream().filter(RevocationInfo::scrubDue).toList();
    return pick(due)
        .<Operation>map(
            revocation ->
                new Operation.RecordScrub(
                    ProjectorFixture.HOST,
                    queries.hosts().getFirst().incarnation(),
                    revocation.revocation()))
        .orElseGet(
            () -> new Operation.AcknowledgeView(name, incarnation(name), queries.sequence()));
  }

  private long incarnation(String partition) {
    return queries.partition(partition).map(PartitionInfo::monitorIncarnation).orElse(0L);
  }

  /** A few of the pages that the partition sees, or any. */
  private PageRange seenBy(String name) {
    List<PageRange> seen = new ArrayList<>();
    queries
        .partition(name)
        .filter(partition -> partition.state() != PartitionState.ZOMBIE)
        .ifPresent(
            partition ->
                queries
                    .memoryMap(partition.id())
                    .forEachRun(
                        (guest, host, count, rights) -> seen.add(new PageRange(host, count))));
    if (seen.isEmpty()) {
      return range();
    }
    PageRange run = seen.get(random.nextInt(seen.size()));
    long skip = random.nextLong(run.frameCount());
    return new PageRange(
        run.firstFrame() + skip, 1 + random.nextLong(Math.min(run.frameCount() - skip, 12)));
  }

  private PageRange range() {
    return new PageRange(random.nextInt(FRAMES), 1 + random.nextInt(20));
  }

  private Rights rights() {
    return List.of(Rights.READ, Rights.READ_WRITE, Rights.READ_EXECUTE, Rights.ALL)
        .get(random.nextInt(4));
  }

  private String name() {
    return ProjectorFixture.NAMES.get(random.nextInt(ProjectorFixture.NAMES.size()));
  }

  private static String other(String name) {
    List<String> names = ProjectorFixture.NAMES;
    return names.get((names.indexOf(name) + 1) % names.size());
  }

  private boolean coin() {
    return random.nextBoolean();
  }

  private <T> Optional<T> pick(List<T> from) {
    return from.isEmpty() ? Optional.empty() : Optional.of(from.get(random.nextInt(from.size())));
  }
}
