package org.ultravisor.ledger.command.server;

import java.time.Duration;

/**
 * Where a command channel listens and what it bears.
 *
 * @param host address to listen at
 * @param port 0 for any free one
 * @param mostConnections further ones are closed at once
 * @param mostStreams streams of events at a time; further ones are told to come later
 * @param mostBodyBytes longer bodies are refused
 * @param requestTimeout after which a request is answered without its answer
 * @param heartbeat how often a stream says something when nothing happens
 * @param stall how long a stream's reader may take nothing before it is dropped
 */
public record ServerOptions(
    String host,
    int port,
    int mostConnections,
    int mostStreams,
    int mostBodyBytes,
    Duration requestTimeout,
    Duration heartbeat,
    Duration stall) {

  /** With limits that suit a host's control plane. */
  public static ServerOptions at(String host, int port) {
    return new ServerOptions(
        host,
        port,
        512,
        128,
        4 << 20,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10));
  }

  public ServerOptions withRequestTimeout(Duration timeout) {
    return new ServerOptions(
        host, port, mostConnections, mostStreams, mostBodyBytes, timeout, heartbeat, stall);
  }

  public ServerOptions withStream(Duration everyHeartbeat, Duration longestStall) {
    return new ServerOptions(
        host,
        port,
        mostConnections,
        mostStreams,
        mostBodyBytes,
        requestTimeout,
        everyHeartbeat,
        longestStall);
  }
}
