package org.ultravisor.node.local;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.StateList;
import org.ultravisor.ledger.command.client.ClientOptions;
import org.ultravisor.ledger.command.client.LedgerClient;
import org.ultravisor.ledger.command.client.Result;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.RevocationInfo;

/** A client that waits for each answer. Any thread. */
public final class ClusterClient implements AutoCloseable {
  private final LedgerClient client;

  private ClusterClient(LedgerClient client) {
    this.client = client;
  }

  /**
   * @param addresses {@code host:port} of the command channels
   * @param deadline after which a request is given up
   */
  public static ClusterClient connect(List<String> addresses, String issuer, Duration deadline) {
    return connect(addresses, issuer, deadline, ClientOptions.Channel.FRAMES);
  }

  /**
   * As {@link #connect(List, String, Duration)}.
   *
   * @param channel what carries the requests
   */
  public static ClusterClient connect(
      List<String> addresses, String issuer, Duration deadline, ClientOptions.Channel channel) {
    List<URI> uris = addresses.stream().map(ClusterClient::uri).toList();
    return new ClusterClient(
        LedgerClient.of(
            ClientOptions.of(uris, issuer).withDeadline(deadline).withChannel(channel)));
  }

  /**
   * Submits a transaction and waits for its definite outcome, retrying across leader changes.
   *
   * @throws IOException if its outcome is still unknown when the deadline has passed
   */
  public Outcome submit(List<Operation> operations) throws IOException, InterruptedException {
    Result result = await(client.submit(List.of(), operations));
    return switch (result) {
      case Result.Committed c -> new Outcome.Committed(c.sequence(), c.events());
      case Result.Refused r -> r.refusal();
      case Result.Unknown u -> throw new IOException("the outcome is unknown: " + u.why());
    };
  }

  /** Submits what must not be refused. */
  public Outcome.Committed commit(List<Operation> operations)
      throws IOException, InterruptedException {
    Outcome outcome = submit(operations);
    if (outcome instanceof Outcome.Committed committed) {
      return committed;
    }
    throw new IOException("refused: " + outcome);
  }

  /** Who has host frames, linearizably, all at one sequence. */
  public List<PageInfo> owners(List<Long> frames) throws IOException, InterruptedException {
    return await(client.owners(frames, Consistency.LINEARIZABLE)).value();
  }

  /** Pending revocations, linearizably. */
  public List<RevocationInfo> revocations() throws IOException, InterruptedException {
    return await(client.list(StateList.REVOCATIONS, Consistency.LINEARIZABLE)).value();
  }

  /** Whether a revocation is still pending, linearizably. */
  public boolean isPending(long revocation) throws IOException, InterruptedException {
    return revocations().stream().anyMatch(r -> r.revocation() == revocation);
  }

  public List<MonitorInfo> monitors() throws IOException, InterruptedException {
    return await(client.list(StateList.MONITORS, Consistency.LINEARIZABLE)).value();
  }

  public List<HostInfo> hosts() throws IOException, InterruptedException {
    return await(client.list(StateList.HOSTS, Consistency.LINEARIZABLE)).value();
  }

  /** What one replica says of itself. */
  public ClusterStatus status(String address) throws IOException, InterruptedException {
    return await(client.clusterStatus(uri(address)));
  }

  @Override
  public void close() {
    client.close();
  }

  private static URI uri(String address) {
    return URI.create("http://" + address);
  }

  private static <T> T await(CompletableFuture<T> answer) throws IOException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }
}
