package org.ultravisor.bench.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Decide and apply: random single pages of 1 TiB, 10,000 a transaction and one a transaction; and
 * an image of the whole state. Making the requests is measured too.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 3, time = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms10g", "-Xmx10g", "-Xmn3g", "-XX:+UseSerialGC"})
public class LedgerBenchmark {
  private static final int BATCH = 10_000;

  /**
   * So many pages are assigned before: some of every 4 MiB, so that the index has its full size.
   */
  private static final int ASSIGNED = 1 << 23;

  private static final String GUEST = "guest";

  /** A ledger with 1 TiB and a guest. */
  @State(Scope.Thread)
  public static class Core {
    final Ledger ledger = new Ledger();
    final Frames frames = new Frames();
    long session;
    long request;
    long guestFrame;

    void install() {
      Outcome.Committed opened =
          committed(
              ledger.execute(
                  0,
                  Submission.local(
                      Transaction.sessionless("bench", new Operation.OpenSession(1)), 0)));
      session = ((Event.SessionOpened) opened.events().getFirst()).session();
      execute(
          List.of(
              new Operation.AddMemory(new PageRange(0, Frames.COUNT), 0, MemoryType.DRAM, true),
              new Operation.CreatePartition(GUEST, PartitionKind.GUEST, Limits.NONE)));
    }

    @Setup(Level.Trial)
    public void fill() {
      install();
      for (int i = 0; i < ASSIGNED; i += BATCH) {
        execute(assignments());
      }
    }

    List<Operation> assignments() {
      List<Operation> operations = new ArrayList<>(BATCH);
      for (int i = 0; i < BATCH; i++) {
        operations.add(assignment());
      }
      return operations;
    }

    Operation assignment() {
      return new Operation.AssignPages(
          GUEST, new PageRange(frames.next(), 1), guestFrame++, Rights.ALL);
    }

    Submission submission(List<Operation> operations) {
      request++;
      return Submission.local(Transaction.of(session, request, "bench", operations), request);
    }

    Outcome.Committed execute(List<Operation> operations) {
      return committed(ledger.execute(0, submission(operations)));
    }
  }

  private static Outcome.Committed committed(Execution execution) {
    if (execution instanceof Execution.Executed executed
        && executed.leaf().outcome() instanceof Outcome.Committed committed) {
      return committed;
    }
    throw new IllegalStateException("not committed: " + execution);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public Outcome manyInATransaction(Core core) {
    return core.execute(core.assignments());
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long manyTransactionsInAnEntry(Core core) {
    List<Submission> submissions = new ArrayList<>(BATCH);
    for (int i = 0; i < BATCH; i++) {
      submissions.add(core.submission(List.of(core.assignment())));
    }
    for (int i = 0; i < BATCH; i++) {
      core.ledger.prefetch(submissions, i);
      committed(core.ledger.execute(0, submissions.get(i)));
    }
    return core.ledger.sequence();
  }

  @Benchmark
  public Outcome oneTransaction(Core core) {
    return core.execute(List.of(core.assignment()));
  }

  @Benchmark
  public long image(Core core) {
    try (var image = core.ledger.image()) {
      return image.sequence();
    }
  }
}
