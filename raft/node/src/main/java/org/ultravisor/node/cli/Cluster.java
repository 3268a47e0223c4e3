package org.ultravisor.node.cli;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.ChannelTls;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.client.ClientException;
import org.ultravisor.ledger.command.client.ClientOptions;
import org.ultravisor.ledger.command.client.LedgerClient;
import org.ultravisor.ledger.command.client.Read;
import org.ultravisor.ledger.command.client.Result;
import org.ultravisor.ledger.core.Operation;

/** A verb's connection to a cluster; what goes wrong becomes a message that says what to do. */
final class Cluster implements AutoCloseable {
  private static final Duration ATTEMPT = Duration.ofSeconds(3);

  private final List<URI> addresses;
  private final LedgerClient client;

  /**
   * Connects when first asked.
   *
   * @param issuer who asks, for the audit log
   * @param deadline after which a question is given up
   * @param tls null for plain text
   */
  Cluster(List<URI> addresses, String issuer, Duration deadline, @Nullable ChannelTls tls) {
    this.addresses = List.copyOf(addresses);
    this.client =
        LedgerClient.of(
            ClientOptions.of(addresses, issuer)
                .withTls(tls)
                .withDeadline(deadline)
                .withAttemptTimeout(ATTEMPT.compareTo(deadline) < 0 ? ATTEMPT : deadline));
  }

  LedgerClient client() {
    return client;
  }

  /** Waits for an answer. */
  <T> T answer(CompletableFuture<Read<T>> question) throws CliFailure, InterruptedException {
    return await(question).value();
  }

  /** Asks for one operation and waits until it is committed. */
  Result.Committed commit(Operation operation) throws CliFailure, InterruptedException {
    return switch (await(client.submit(operation))) {
      case Result.Committed done -> done;
      case Result.Refused refused -> throw CliFailure.failed(Outcomes.sentence(refused.refusal()));
      case Result.Unknown unknown -> throw unknown(unknown);
    };
  }

  static CliFailure unknown(Result.Unknown unknown) {
    return unknown.mayHaveHappened()
        ? CliFailure.unknown(
            "%s; ask: ultravisor status %d %d"
                .formatted(unknown.why(), unknown.session(), unknown.requestId()))
        : CliFailure.failed(unknown.why() + "; it did not happen");
  }

  <T> T await(CompletableFuture<T> question) throws CliFailure, InterruptedException {
    try {
      return question.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ClientException wrong) {
        throw failure(wrong);
      }
      throw CliFailure.failed(reason(e));
    }
  }

  /** What one replica says of itself, or why it does not. */
  record Replica(URI address, Optional<ClusterStatus> status, String problem) {}

  /** All replicas that were named, and the other members that those know of. */
  List<Replica> statuses() throws InterruptedException {
    List<Replica> named = statuses(addresses);
    List<URI> others =
        named.stream()
            .flatMap(replica -> replica.status().stream())
            .flatMap(status -> status.members().stream())
            .flatMap(member -> member.address().stream())
            .distinct()
            .filter(address -> !addresses.contains(address))
            .toList();
    List<Replica> all = new ArrayList<>(named);
    all.addAll(statuses(others));
    return all;
  }

  private List<Replica> statuses(List<URI> replicas) throws InterruptedException {
    List<CompletableFuture<ClusterStatus>> asked = new ArrayList<>();
    replicas.forEach(address -> asked.add(client.clusterStatus(address)));
    List<Replica> answers = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      try {
        answers.add(new Replica(replicas.get(i), Optional.of(asked.get(i).get()), ""));
      } catch (ExecutionException e) {
        answers.add(new Replica(replicas.get(i), Optional.empty(), reason(e)));
      }
    }
    return answers;
  }

  /** What the leader says of itself. */
  ClusterStatus leaderStatus() throws CliFailure, InterruptedException {
    return statuses().stream()
        .flatMap(replica -> replica.status().stream())
        .filter(status -> status.role().equals("LEADER"))
        .max(Comparator.comparingLong(ClusterStatus::term))
        .orElseThrow(
            () -> CliFailure.failed("no replica leads; 'ultravisor cluster status' says more"));
  }

  private CliFailure failure(ClientException wrong) {
    String message = wrong.report().message();
    return wrong.report().error() == ErrorReport.Kind.TIMED_OUT
        ? CliFailure.failed(
            "no answer from %s: %s. Is the cluster running, and are these its command channels?"
                .formatted(
                    addresses.stream().map(URI::getAuthority).collect(Collectors.joining(", ")),
                    message))
        : CliFailure.failed(message);
  }

  private static String reason(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  @Override
  public void close() {
    client.close();
  }
}
