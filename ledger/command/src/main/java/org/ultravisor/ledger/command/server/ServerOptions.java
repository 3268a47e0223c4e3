package org.ultravisor.ledger.command.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.ChannelTls;

/**
 * Where a command channel listens and what it bears.
 *
 * @param host address to listen at
 * @param port 0 for any free one
 * @param limits what clients may use
 * @param tls null for plain text, where everybody may ask everything
 * @param mostStreams streams of events at a time; further ones are told to come later
 * @param requestTimeout after which a request is answered without its answer
 * @param heartbeat how often a stream says something when nothing happens
 * @param stall how long a stream's reader may take nothing before it is dropped
 */
public record ServerOptions(
    String host,
    int port,
    ChannelLimits limits,
    @Nullable ChannelTls tls,
    int mostStreams,
    Duration requestTimeout,
    Duration heartbeat,
    Duration stall) {

  /** With limits that suit a host's control plane, in plain text. */
  public static ServerOptions at(String host, int port) {
    return new ServerOptions(
        host,
        port,
        ChannelLimits.DEFAULT,
        null,
        128,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10));
  }

  public ServerOptions with(ChannelLimits other) {
    return new ServerOptions(host, port, other, tls, mostStreams, requestTimeout, heartbeat, stall);
  }

  public ServerOptions with(@Nullable ChannelTls other) {
    return new ServerOptions(
        host, port, limits, other, mostStreams, requestTimeout, heartbeat, stall);
  }

  public ServerOptions withRequestTimeout(Duration timeout) {
    return new ServerOptions(host, port, limits, tls, mostStreams, timeout, heartbeat, stall);
  }

  public ServerOptions withStream(Duration everyHeartbeat, Duration longestStall) {
    return new ServerOptions(
        host, port, limits, tls, mostStreams, requestTimeout, everyHeartbeat, longestStall);
  }
}
