package org.ultravisor.ledger.command.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.ChannelTls;

/**
 * Whom a client asks, and how long.
 *
 * @param addresses base addresses of the replicas' command channels, at least one
 * @param issuer who asks, for the audit log
 * @param deadline after which a request is given up
 * @param attemptTimeout how long one replica may take before another is asked
 * @param firstBackoff about how long the first pause between attempts is; each is twice the last
 * @param longestBackoff the longest pause
 * @param mostOutstanding requests sent and not answered, at most 1,024; further ones wait
 * @param mostWaiting requests waiting to be sent; further ones fail at once
 * @param channel what carries transactions, sessions, their status and owners of pages; all else is
 *     asked over HTTP
 * @param tls null for plain text
 */
public record ClientOptions(
    List<URI> addresses,
    String issuer,
    Duration deadline,
    Duration attemptTimeout,
    Duration firstBackoff,
    Duration longestBackoff,
    int mostOutstanding,
    int mostWaiting,
    Channel channel,
    @Nullable ChannelTls tls) {
  static final int WINDOW = 1024;

  /** What the most frequent requests are carried by. */
  public enum Channel {
    FRAMES,
    HTTP
  }

  public ClientOptions {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("a client needs at least one address");
    }
    for (URI address : addresses) {
      if (address.getHost() == null
          || !("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
        throw new IllegalArgumentException(
            "a replica's address is https://HOST:PORT, or http://HOST:PORT on this machine: '"
                + address
                + "'");
      }
    }
    if (mostOutstanding < 1 || mostOutstanding > WINDOW) {
      throw new IllegalArgumentException(
          "outstanding requests must be 1..%d: %d".formatted(WINDOW, mostOutstanding));
    }
  }

  /** With times that suit a cluster whose elections take a few seconds. */
  public static ClientOptions of(List<URI> addresses, String issuer) {
    return new ClientOptions(
        addresses,
        issuer,
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofMillis(20),
        Duration.ofSeconds(1),
        WINDOW,
        100_000,
        Channel.FRAMES,
        null);
  }

  public ClientOptions withDeadline(Duration longest) {
    return new ClientOptions(
        addresses,
        issuer,
        longest,
        attemptTimeout,
        firstBackoff,
        longestBackoff,
        mostOutstanding,
        mostWaiting,
        channel,
        tls);
  }

  public ClientOptions withAttemptTimeout(Duration longest) {
    return new ClientOptions(
        addresses,
        issuer,
        deadline,
        longest,
        firstBackoff,
        longestBackoff,
        mostOutstanding,
        mostWaiting,
        channel,
        tls);
  }

  public ClientOptions withTls(@Nullable ChannelTls other) {
    return new ClientOptions(
        addresses,
        issuer,
        deadline,
        attemptTimeout,
        firstBackoff,
        longestBackoff,
        mostOutstanding,
        mostWaiting,
        channel,
        other);
  }

  public ClientOptions withChannel(Channel carrier) {
    return new ClientOptions(
        addresses,
        issuer,
        deadline,
        attemptTimeout,
        firstBackoff,
        longestBackoff,
        mostOutstanding,
        mostWaiting,
        carrier,
        tls);
  }
}
