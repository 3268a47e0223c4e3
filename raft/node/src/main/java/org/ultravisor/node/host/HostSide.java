package org.ultravisor.node.host;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.bridge.ViewOptions;
import org.ultravisor.bridge.ViewPublisher;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.raft.replica.ReplicaListener;

/** One replica's part in its host: shows what the ledger says, and reports what is answered. */
public final class HostSide implements AutoCloseable {
  private final Operation.AttachReplica attachment;
  private final NodeConfig.Host host;
  private final HostDirectory directory;
  private final HostProjector projector;
  private @Nullable AnswerWatcher watcher;

  /**
   * @param replica its name
   * @param nonce this process's own: a random number, not 0
   */
  public HostSide(String replica, long nonce, NodeConfig.Host host) {
    this.attachment = new Operation.AttachReplica(replica, nonce);
    this.host = host;
    this.directory = new HostDirectory(host.directory());
    this.projector =
        new HostProjector(
            attachment,
            host.name(),
            host.window(),
            generation ->
                new ViewPublisher(
                    directory,
                    replica,
                    host.name(),
                    generation,
                    host.window(),
                    ViewOptions.DEFAULT));
  }

  /** Follows the ledger, by the rules of {@link ReplicaListener}. */
  public ReplicaListener listener() {
    return projector;
  }

  /**
   * Begins to report.
   *
   * @param deferral how long a replica that does not lead lets the leader report first; longer than
   *     the leader's heartbeats are apart
   * @param submit a transaction to the cluster, wherever its leader is; called by any thread
   */
  public void start(Duration deferral, Function<Transaction, CompletableFuture<Outcome>> submit) {
    AnswerWatcher started =
        new AnswerWatcher(
            attachment,
            new Reports(host.name(), host.window()),
            new AnswerFiles(directory, host.name()),
            deferral,
            projector::facts,
            projector::leading,
            submit);
    watcher = started;
    started.start();
    projector.onAwaited(started::wake);
  }

  /** Stops reporting. The views stay as they are: monitors go on with them. */
  @Override
  public void close() {
    if (watcher != null) {
      watcher.close();
    }
  }
}
