package org.ultravisor.ledger.command;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.Fingerprint;
import org.ultravisor.ledger.command.server.CommandBackend;
import org.ultravisor.ledger.command.server.CommandFailure;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.StateImage;
import org.ultravisor.ledger.core.StateRecord;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;

/** Replicas that share one real ledger in memory, and fail as they are told to. Any thread. */
public final class FakeCluster {
  /** What goes wrong with a submission. */
  public enum Fault {
    NONE,
    BUSY,
    UNAVAILABLE,
    /** It happens, but the replica cannot say so. */
    UNKNOWN_AFTER_COMMIT,
    UNKNOWN_WITHOUT_COMMIT,
    /** It happens, and nobody ever answers. */
    SILENT_AFTER_COMMIT,
    /** It happens, and another replica leads from then on. */
    LEADER_CHANGE_AFTER_COMMIT,
    LEADER_CHANGE_BEFORE,
    /** It happens when it is released. */
    HELD,
    /** The replica breaks in an unexpected way. */
    BROKEN
  }

  private final Ledger ledger = new Ledger();
  private final List<AuditLeaf> leaves = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private Function<Transaction, Fault> faults = transaction -> Fault.NONE;
  private CompletableFuture<Void> grown = new CompletableFuture<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private int leader;
  private long firstKept = 1;
  private long time = 1_000_000;

  /** One more replica. */
  public synchronized Replica addReplica() {
    Replica replica = new Replica(replicas.size());
    replicas.add(replica);
    return replica;
  }

  /** What goes wrong with each submission that reaches the leader, from now on. */
  public synchronized void faults(Function<Transaction, Fault> next) {
    this.faults = next;
  }

  /** Lets the oldest of what is held happen. */
  public synchronized void release() {
    held.remove().run();
  }

  public synchronized void leads(int replica) {
    leader = replica;
  }

  /** Lets the ledger's clock go on. */
  public synchronized void pass(Duration duration) {
    time += duration.toMillis();
  }

  /** Forgets the leaves below this one. */
  public synchronized void compact(long first) {
    firstKept = first;
  }

  private synchronized boolean isCompacted(long sequence) {
    return sequence < firstKept;
  }

  public synchronized List<AuditLeaf> leaves() {
    return List.copyOf(leaves);
  }

  public Outcome execute(Transaction transaction) {
    return execute(Principal.LOCAL, transaction);
  }

  private synchronized Outcome execute(Principal principal, Transaction transaction) {
    Execution execution =
        ledger.execute(++time, new Submission(principal, transaction, Fingerprint.of(transaction)));
    return switch (execution) {
      case Execution.Executed(var leaf) -> {
        leaves.add(new AuditLeaf(leaf, ledger.hash()));
        CompletableFuture<Void> before = grown;
        grown = new CompletableFuture<>();
        before.complete(null);
        yield leaf.outcome();
      }
      case Execution.Repeated(long sequence) -> leaves.get((int) sequence - 1).leaf().outcome();
      case Execution.Rejected(var refused) -> refused;
    };
  }

  private synchronized CompletionStage<Outcome> submit(
      int replica, Principal principal, Transaction transaction) {
    if (replica != leader) {
      return failed(new CommandFailure.NotLeader(replicas.get(leader).address()));
    }
    return switch (faults.apply(transaction)) {
      case NONE -> CompletableFuture.completedStage(execute(principal, transaction));
      case BUSY -> failed(new CommandFailure.Busy("4096 transactions wait"));
      case UNAVAILABLE -> failed(new CommandFailure.Unavailable("no quorum"));
      case UNKNOWN_AFTER_COMMIT -> {
        execute(principal, transaction);
        yield failed(new CommandFailure.OutcomeUnknown("the entry may be in the log"));
      }
      case UNKNOWN_WITHOUT_COMMIT ->
          failed(new CommandFailure.OutcomeUnknown("the entry may be in the log"));
      case SILENT_AFTER_COMMIT -> {
        execute(principal, transaction);
        yield new CompletableFuture<>();
      }
      case LEADER_CHANGE_AFTER_COMMIT -> {
        execute(principal, transaction);
        leader = (leader + 1) % replicas.size();
        yield failed(new CommandFailure.OutcomeUnknown("the leader stepped down"));
      }
      case LEADER_CHANGE_BEFORE -> {
        leader = (leader + 1) % replicas.size();
        yield failed(new CommandFailure.NotLeader(replicas.get(leader).address()));
      }
      case HELD -> {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        held.add(() -> answer.complete(execute(transaction)));
        yield answer;
      }
      case BROKEN -> throw new IllegalStateException("planted");
    };
  }

  /** The state as it is, with a commitment that nobody compares here. */
  private synchronized CheckpointPage page(String after) {
    List<CheckpointRecord> records = new ArrayList<>();
    try (StateImage image = ledger.image()) {
      image.forEach(
          (table, key, value) ->
              records.add(
                  CheckpointRecord.of(new StateRecord(table, key, Objects.requireNonNull(value)))));
      return new CheckpointPage(
          image.sequence(),
          0,
          image.hash(),
          records.size(),
          "00".repeat(32),
          List.of(),
          after.isEmpty() ? records : List.of());
    }
  }

  private synchronized <T> T query(Function<? super LedgerQueries, ? extends T> query) {
    return query.apply(ledger.queries());
  }

  private synchronized CompletableFuture<Void> growth(long sequence) {
    return ledger.sequence() >= sequence ? CompletableFuture.completedFuture(null) : grown;
  }

  private static <T> CompletionStage<T> failed(RuntimeException failure) {
    return CompletableFuture.failedStage(failure);
  }

  /** A replica's backend. */
  public final class Replica implements CommandBackend {
    private final int number;
    private @Nullable URI address;

    private Replica(int number) {
      this.number = number;
    }

    /** Says where its command channel is. */
    public void listensAt(URI uri) {
      synchronized (FakeCluster.this) {
        address = uri;
      }
    }

    private Optional<URI> address() {
      return Optional.ofNullable(address);
    }

    @Override
    public CompletionStage<Outcome> submit(Principal principal, Transaction transaction) {
      return FakeCluster.this.submit(number, principal, transaction);
    }

    @Override
    public <T> CompletionStage<T> read(
        Consistency consistency, Function<? super LedgerQueries, ? extends T> query) {
      return CompletableFuture.completedStage(query(query));
    }

    @Override
    public CompletionStage<List<AuditLeaf>> leaves(long from, int most) {
      if (isCompacted(from)) {
        return failed(new CommandFailure.Compacted("the first leaf kept is " + firstKept));
      }
      List<AuditLeaf> all = FakeCluster.this.leaves();
      int first = (int) Math.min(from - 1, all.size());
      return CompletableFuture.completedStage(
          all.subList(first, Math.min(all.size(), first + most)));
    }

    @Override
    public CompletionStage<Optional<CheckpointPage>> checkpoint(String after) {
      return CompletableFuture.completedStage(Optional.of(page(after)));
    }

    @Override
    public CompletionStage<Long> awaitSequence(long sequence, Duration atMost) {
      return growth(sequence)
          .copy()
          .completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
          .thenApply(nothing -> query(LedgerQueries::sequence));
    }

    @Override
    public ClusterStatus status() {
      synchronized (FakeCluster.this) {
        return new ClusterStatus(
            "n" + number,
            "00000000-0000-0000-0000-000000000001",
            number == leader ? "LEADER" : "FOLLOWER",
            "RUNNING",
            true,
            Optional.empty(),
            Optional.of("n" + leader),
            replicas.get(leader).address(),
            1,
            ledger.sequence(),
            ledger.sequence(),
            -1,
            ledger.sequence(),
            "",
            ledger.hash(),
            0,
            List.of());
      }
    }
  }
}
