package org.ultravisor.ledger.command.server;

import java.time.Duration;

/**
 * What clients of a command channel may use of it.
 *
 * @param connections open ones; further ones are closed at once. One counts from the end of its
 *     handshake, in plain text from its first byte: only that says which protocol it speaks
 * @param connectionsPerAddress of them, those from one address
 * @param requestsPerSecond of one connection, on average; further ones are told that the channel is
 *     busy
 * @param burst so many at once after a pause
 * @param headerBytes of a request's line and headers
 * @param bodyBytes longer bodies are refused
 * @param idle connections on which nothing happens for so long are closed
 * @param patience how long a handshake, the first request's headers, or a request's body may take
 */
public record ChannelLimits(
    int connections,
    int connectionsPerAddress,
    int requestsPerSecond,
    int burst,
    int headerBytes,
    int bodyBytes,
    Duration idle,
    Duration patience) {
  /** Suits a host's control plane. */
  public static final ChannelLimits DEFAULT =
      new ChannelLimits(
          512,
          256,
          500_000,
          500_000,
          16 << 10,
          4 << 20,
          Duration.ofSeconds(120),
          Duration.ofSeconds(10));

  public ChannelLimits {
    atLeastOne("connections", connections);
    atLeastOne("connectionsPerAddress", connectionsPerAddress);
    atLeastOne("requestsPerSecond", requestsPerSecond);
    atLeastOne("burst", burst);
    atLeastOne("headerBytes", headerBytes);
    atLeastOne("bodyBytes", bodyBytes);
    atLeastOne("seconds of idle", idle.toSeconds());
    atLeastOne("milliseconds of patience", patience.toMillis());
  }

  private static void atLeastOne(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "limits of the channel: %s must be at least 1: %d".formatted(what, value));
    }
  }
}
