package org.ultravisor.node.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.ultravisor.ledger.command.BackupRequest;
import org.ultravisor.ledger.command.ChangeReport;
import org.ultravisor.ledger.command.MemberRequest;
import org.ultravisor.ledger.command.SnapshotReport;
import org.ultravisor.ledger.command.TransferRequest;
import org.ultravisor.ledger.command.server.ClusterBackend;
import org.ultravisor.raft.replica.Backup;
import org.ultravisor.raft.replica.ChangeProgress;
import org.ultravisor.raft.replica.MemberChange;
import org.ultravisor.raft.replica.Peer;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaException;

/** What operators ask of the cluster, asked of a replica. */
final class ReplicaCluster implements ClusterBackend {
  private final Replica replica;
  private final Function<Throwable, Throwable> translation;
  private final ExecutorService workers;
  private final Map<Path, CompletableFuture<Backup>> backups = new ConcurrentHashMap<>();

  /**
   * @param translation of what a replica fails with to what the command channel says
   * @param workers where what may wait runs
   */
  ReplicaCluster(
      Replica replica, Function<Throwable, Throwable> translation, ExecutorService workers) {
    this.replica = replica;
    this.translation = translation;
    this.workers = workers;
  }

  @Override
  public CompletionStage<ChangeReport> change(MemberRequest request) {
    return translated(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return report(replica.change(toRaft(request)));
              } catch (IllegalArgumentException | IOException e) {
                return new ChangeReport(ChangeReport.State.REFUSED, String.valueOf(e.getMessage()));
              }
            },
            workers));
  }

  private static MemberChange toRaft(MemberRequest request) {
    return switch (request) {
      case MemberRequest.Add add ->
          new MemberChange.Add(Peer.at(add.replica(), add.raft(), add.command()), add.listener());
      case MemberRequest.Remove remove -> new MemberChange.Remove(remove.replica(), remove.force());
      case MemberRequest.Replace replace ->
          new MemberChange.Replace(
              replace.old(), Peer.at(replace.replica(), replace.raft(), replace.command()));
    };
  }

  private static ChangeReport report(ChangeProgress progress) {
    return new ChangeReport(
        ChangeReport.State.valueOf(progress.state().name()), progress.message());
  }

  @Override
  public CompletionStage<ChangeReport> transfer(TransferRequest request) {
    String to = request.to();
    return translated(
        replica
            .transferLeadership(to)
            .thenApply(nothing -> new ChangeReport(ChangeReport.State.DONE, to + " leads"))
            .exceptionallyCompose(
                failure -> {
                  Throwable cause = ReplicaBackend.cause(failure);
                  return cause instanceof ReplicaException
                      ? CompletableFuture.failedFuture(cause)
                      : CompletableFuture.completedFuture(
                          new ChangeReport(
                              ChangeReport.State.REFUSED, String.valueOf(cause.getMessage())));
                }));
  }

  @Override
  public CompletionStage<SnapshotReport> snapshot() {
    return translated(
        replica
            .takeSnapshot()
            .thenApply(index -> new SnapshotReport(replica.config().id(), index)));
  }

  /** The caller asks again until it is done; the answer is then told once. */
  @Override
  public CompletionStage<ChangeReport> backup(BackupRequest request) {
    Path directory = Path.of(request.directory());
    CompletableFuture<Backup> asked =
        backups.computeIfAbsent(directory, nothing -> replica.backup(directory));
    if (!asked.isDone()) {
      return CompletableFuture.completedStage(
          new ChangeReport(
              ChangeReport.State.UNDER_WAY, replica.config().id() + " writes to " + directory));
    }
    backups.remove(directory, asked);
    return translated(
        asked
            .thenApply(
                backup ->
                    new ChangeReport(
                        ChangeReport.State.DONE,
                        "%s has the ledger of cluster %s at sequence %d (log entry %d, %d files)"
                            .formatted(
                                directory,
                                backup.cluster(),
                                backup.applied().sequence(),
                                backup.applied().index(),
                                backup.files().size())))
            .exceptionallyCompose(
                failure -> {
                  Throwable cause = ReplicaBackend.cause(failure);
                  return cause instanceof ReplicaException
                      ? CompletableFuture.failedFuture(cause)
                      : CompletableFuture.completedFuture(
                          new ChangeReport(
                              ChangeReport.State.FAILED, String.valueOf(cause.getMessage())));
                }));
  }

  private <T> CompletionStage<T> translated(CompletableFuture<T> answer) {
    return answer.exceptionallyCompose(
        failure -> CompletableFuture.failedFuture(translation.apply(failure)));
  }
}
