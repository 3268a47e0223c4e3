package org.ultravisor.node.process;

import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.EncodedTransaction;
import org.ultravisor.ledger.command.CheckpointPage;
import org.ultravisor.ledger.command.CheckpointRecord;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.server.ClusterBackend;
import org.ultravisor.ledger.command.server.CommandBackend;
import org.ultravisor.ledger.command.server.CommandFailure;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.AuditLog;
import org.ultravisor.ledger.store.Compaction;
import org.ultravisor.ledger.store.HistoryCompactedException;
import org.ultravisor.ledger.store.StoreException;
import org.ultravisor.ledger.store.merkle.MerkleHash;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.raft.replica.BusyException;
import org.ultravisor.raft.replica.Membership;
import org.ultravisor.raft.replica.NotLeaderException;
import org.ultravisor.raft.replica.OutcomeUnknownException;
import org.ultravisor.raft.replica.ReadFailedException;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaException;
import org.ultravisor.raft.replica.ReplicaStatus;
import org.ultravisor.raft.replica.ReplicaStoppedException;
import org.ultravisor.raft.replica.ResourcesLowException;
import org.ultravisor.raft.replica.TransactionTooLargeException;

/** Answers the command channel from a replica: translates and decides nothing. */
final class ReplicaBackend implements CommandBackend {
  /** Of a page of a checkpoint, which is a few times as long as JSON. */
  private static final int CHECKPOINT_BYTES = 256 << 10;

  private final Members members;
  private final ReplicaCluster cluster;
  private final Replica replica;
  private final SequenceWaits waits;
  private final ExecutorService readers;

  /**
   * @param readers where reads that may touch the disk run
   */
  ReplicaBackend(NodeConfig config, Replica replica, SequenceWaits waits, ExecutorService readers) {
    this.members = new Members(config);
    this.cluster = new ReplicaCluster(replica, this::translate, readers);
    this.replica = replica;
    this.waits = waits;
    this.readers = readers;
  }

  @Override
  public CompletionStage<Outcome> submit(Principal principal, Transaction transaction) {
    return translated(replica.submit(principal, transaction));
  }

  @Override
  public CompletionStage<Outcome> submit(EncodedTransaction transaction) {
    return translated(replica.submit(transaction));
  }

  @Override
  public <T> CompletionStage<T> readBriefly(
      Consistency consistency, Function<? super LedgerQueries, ? extends T> query) {
    return switch (consistency) {
      case LINEARIZABLE -> translated(replica.<T>readBriefly(query::apply));
      case STALE -> read(consistency, query);
    };
  }

  @Override
  public <T> CompletionStage<T> read(
      Consistency consistency, Function<? super LedgerQueries, ? extends T> query) {
    return switch (consistency) {
      case LINEARIZABLE -> translated(replica.<T>read(query::apply));
      case STALE -> onReader(() -> replica.<T>readStale(query::apply));
    };
  }

  @Override
  public CompletionStage<List<AuditLeaf>> leaves(long from, int most) {
    return onReader(
        () -> {
          try {
            return replica.store().leaves(from, most);
          } catch (HistoryCompactedException e) {
            throw because(new CommandFailure.Compacted(text(e)), e);
          } catch (StoreException | IllegalStateException e) {
            // A snapshot took the store's place, or it has failed, which ends the process by
            // itself.
            throw unavailable(e);
          }
        });
  }

  @Override
  public CompletionStage<Optional<CheckpointPage>> checkpoint(String after) {
    return onReader(
        () -> {
          try {
            AuditLog log = replica.store().audit();
            return log.compaction().map(compaction -> page(log, compaction, after));
          } catch (HistoryCompactedException e) {
            throw because(new CommandFailure.Compacted(text(e)), e);
          } catch (StoreException | IllegalStateException e) {
            throw unavailable(e);
          }
        });
  }

  private static CheckpointPage page(AuditLog log, Compaction compaction, String after) {
    return new CheckpointPage(
        compaction.through(),
        compaction.dropped(),
        compaction.stateHash(),
        compaction.records(),
        compaction.commitment(),
        log.frontierAt(compaction.through()).edge().stream().map(MerkleHash::toString).toList(),
        log.checkpoint(compaction, HexFormat.of().parseHex(after), CHECKPOINT_BYTES).stream()
            .map(CheckpointRecord::of)
            .toList());
  }

  @Override
  public CompletionStage<Long> awaitSequence(long sequence, Duration atMost) {
    return waits.await(sequence, atMost);
  }

  @Override
  public ClusterBackend cluster() {
    return cluster;
  }

  @Override
  public ClusterStatus status() {
    ReplicaStatus status = replica.status();
    Membership membership = replica.membership();
    return new ClusterStatus(
        status.id(),
        membership.group().toString(),
        status.role().name(),
        status.lifeCycle().name(),
        status.leaderReady()
            || (status.lifeCycle() == ReplicaStatus.LifeCycle.RUNNING
                && status.leaderId().isPresent()),
        notReady(status),
        status.leaderId(),
        status.leaderId().flatMap(this::commandAddress),
        status.term(),
        status.appliedIndex(),
        status.commitIndex(),
        status.snapshotIndex(),
        status.sequence(),
        status.logRoot(),
        status.stateHash(),
        status.agreedSequence(),
        members.list(membership, status.peers()));
  }

  private static Optional<String> notReady(ReplicaStatus status) {
    if (status.lifeCycle() != ReplicaStatus.LifeCycle.RUNNING) {
      return Optional.of(
          switch (status.lifeCycle()) {
            case PAUSED -> "it installs a snapshot from the leader";
            case FAILED -> "it has failed; its log says why";
            default -> "it is " + status.lifeCycle();
          });
    }
    if (status.problem().isPresent()) {
      return status.problem();
    }
    if (status.leaderId().isEmpty()) {
      return Optional.of("no leader is known: a majority of the replicas must see each other");
    }
    return status.role() == ReplicaStatus.Role.LEADER && !status.leaderReady()
        ? Optional.of("it was just elected and is not ready to lead")
        : Optional.empty();
  }

  private Optional<URI> commandAddress(String id) {
    return members.commandAddress(replica.membership(), id);
  }

  private <T> CompletionStage<T> onReader(Supplier<T> read) {
    return translated(CompletableFuture.supplyAsync(read, readers));
  }

  private <T> CompletionStage<T> translated(CompletableFuture<T> answer) {
    return answer.exceptionallyCompose(
        failure -> CompletableFuture.failedFuture(translate(failure)));
  }

  /** What failed, without the wrapper that a stage puts around it. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private Throwable translate(Throwable failure) {
    Throwable cause = cause(failure);
    if (!(cause instanceof ReplicaException replicaException)) {
      return cause;
    }
    return switch (replicaException) {
      case NotLeaderException e ->
          new CommandFailure.NotLeader(e.leaderId().flatMap(this::commandAddress));
      case BusyException e -> because(new CommandFailure.Busy(text(e)), e);
      case TransactionTooLargeException e -> because(new CommandFailure.TooLarge(text(e)), e);
      case ReplicaStoppedException e -> unavailable(e);
      case ResourcesLowException e -> unavailable(e);
      case ReadFailedException e -> unavailable(e);
      case OutcomeUnknownException e -> because(new CommandFailure.OutcomeUnknown(text(e)), e);
    };
  }

  private static CommandFailure unavailable(Exception e) {
    return because(new CommandFailure.Unavailable(text(e)), e);
  }

  private static CommandFailure because(CommandFailure failure, Exception cause) {
    failure.initCause(cause);
    return failure;
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
