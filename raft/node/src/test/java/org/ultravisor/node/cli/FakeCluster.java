package org.ultravisor.node.cli;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.command.CheckpointPage;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.server.CommandBackend;
import org.ultravisor.ledger.command.server.CommandFailure;
import org.ultravisor.ledger.command.server.CommandServer;
import org.ultravisor.ledger.command.server.ServerOptions;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/** A real ledger behind a real command channel, without replication. */
final class FakeCluster implements CommandBackend, AutoCloseable {
  private final Ledger ledger = new Ledger();
  private final LedgerCodec codec = new LedgerCodec();
  private final List<AuditLeaf> leaves = new ArrayList<>();
  private final MerkleFrontier frontier = new MerkleFrontier();
  private final CommandServer server;
  private boolean silent;
  private boolean lying;

  FakeCluster() throws IOException {
    server =
        CommandServer.start(
            ServerOptions.at("127.0.0.1", 0),
            this,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  String address() {
    return server.address().getAuthority();
  }

  /** From here on transactions are executed, but their answers are lost. */
  synchronized void loseAnswers() {
    silent = true;
  }

  /** From here on leaves are shown with another state hash. */
  synchronized void lie() {
    lying = true;
  }

  @Override
  public synchronized CompletionStage<Outcome> submit(
      Principal principal, Transaction transaction) {
    Execution execution =
        ledger.execute(
            1_000_000, new Submission(principal, transaction, transaction.operations().hashCode()));
    Outcome outcome =
        switch (execution) {
          case Execution.Executed executed -> {
            AuditLeaf leaf = new AuditLeaf(executed.leaf(), ledger.hash());
            leaves.add(leaf);
            frontier.append(MerkleHash.ofLeaf(codec.encodeLeaf(leaf)), (level, index, hash) -> {});
            yield executed.leaf().outcome();
          }
          case Execution.Repeated repeated ->
              leaves.get((int) repeated.sequence() - 1).leaf().outcome();
          case Execution.Rejected rejected -> rejected.refused();
        };
    return silent
        ? CompletableFuture.failedStage(new CommandFailure.OutcomeUnknown("the answer is lost"))
        : CompletableFuture.completedStage(outcome);
  }

  @Override
  public synchronized <T> CompletionStage<T> read(
      Consistency consistency, Function<? super LedgerQueries, ? extends T> query) {
    return CompletableFuture.completedStage(query.apply(ledger.queries()));
  }

  @Override
  public synchronized CompletionStage<List<AuditLeaf>> leaves(long from, int most) {
    List<AuditLeaf> found =
        leaves.stream()
            .skip(from - 1)
            .limit(most)
            .map(leaf -> lying ? new AuditLeaf(leaf.leaf(), new Ledger().hash()) : leaf)
            .toList();
    return CompletableFuture.completedStage(found);
  }

  @Override
  public CompletionStage<Optional<CheckpointPage>> checkpoint(String after) {
    return CompletableFuture.completedStage(Optional.empty());
  }

  @Override
  public synchronized CompletionStage<Long> awaitSequence(long sequence, Duration atMost) {
    return CompletableFuture.completedStage(ledger.sequence());
  }

  @Override
  public synchronized ClusterStatus status() {
    return new ClusterStatus(
        "r1",
        "00000000-0000-0000-0000-000000000001",
        "LEADER",
        "RUNNING",
        true,
        Optional.empty(),
        Optional.of("r1"),
        Optional.of(URI.create("http://" + address())),
        1,
        leaves.size(),
        leaves.size(),
        -1,
        ledger.sequence(),
        frontier.root().toString(),
        ledger.hash(),
        0,
        List.of());
  }

  @Override
  public void close() {
    server.close();
  }
}
