package org.ultravisor.ledger.command.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.ultravisor.ledger.command.BackupRequest;
import org.ultravisor.ledger.command.ChangeReport;
import org.ultravisor.ledger.command.MemberRequest;
import org.ultravisor.ledger.command.SnapshotReport;
import org.ultravisor.ledger.command.TransferRequest;

/**
 * What an operator may ask of the cluster behind a command channel. Called from any thread and
 * never waits; stages complete on any thread, and fail with a {@link CommandFailure}.
 */
public interface ClusterBackend {
  /** Of a channel that has no cluster of replicas behind it. */
  ClusterBackend NONE =
      new ClusterBackend() {
        @Override
        public CompletionStage<ChangeReport> change(MemberRequest change) {
          return none();
        }

        @Override
        public CompletionStage<ChangeReport> transfer(TransferRequest transfer) {
          return none();
        }

        @Override
        public CompletionStage<SnapshotReport> snapshot() {
          return none();
        }

        @Override
        public CompletionStage<ChangeReport> backup(BackupRequest backup) {
          return none();
        }

        private <T> CompletionStage<T> none() {
          return CompletableFuture.failedStage(
              new CommandFailure.Unavailable("no replicas are behind this channel"));
        }
      };

  /** Begins a change of members, or says how far the same one is. The leader only. */
  CompletionStage<ChangeReport> change(MemberRequest change);

  /** Makes another replica the leader; completes when it leads, or could not. The leader only. */
  CompletionStage<ChangeReport> transfer(TransferRequest transfer);

  /** Takes a snapshot on the replica that is asked, and cuts its log. */
  CompletionStage<SnapshotReport> snapshot();

  /** Begins a backup on the replica that is asked, or says how far the same one is. */
  CompletionStage<ChangeReport> backup(BackupRequest backup);
}
