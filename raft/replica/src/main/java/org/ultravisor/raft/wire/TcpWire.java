package org.ultravisor.raft.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wire over TCP, with TLS where the {@link Sockets} have it: one connection a peer, lane and
 * direction, with a thread that reads it.
 */
public final class TcpWire implements Wire {
  private static final Logger LOG = LoggerFactory.getLogger(TcpWire.class);
  private static final long EXPIRY_MILLIS = 50;
  private static final int MOST_INCOMING = 256;

  private final String group;
  private final String self;
  private final InetSocketAddress listenAt;
  private final Sockets sockets;
  private final Map<String, InetSocketAddress> addresses = new ConcurrentHashMap<>();
  private final Map<LinkName, Link> links = new ConcurrentHashMap<>();
  private final Set<Incoming> incoming = ConcurrentHashMap.newKeySet();

  /** By peer, the connection by which its appends come now. */
  private final Map<String, Incoming> appends = new ConcurrentHashMap<>();

  private final ScheduledExecutorService timer;
  private volatile @Nullable ServerSocket listener;
  private volatile boolean closed;

  private record LinkName(String peer, Lane lane) {}

  /**
   * @param group names the cluster: replicas of others are refused
   * @param self this replica's id
   */
  public TcpWire(String group, String self, InetSocketAddress listenAt, Sockets sockets) {
    this.group = group;
    this.self = self;
    this.listenAt = listenAt;
    this.sockets = sockets;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(self + "-wire-expiry").factory());
  }

  @Override
  public void start(Receiver receiver) throws IOException {
    ServerSocket socket = sockets.listen(listenAt);
    listener = socket;
    Thread.ofPlatform().daemon().name(self + "-wire-accept").start(() -> accept(socket, receiver));
    var _ =
        timer.scheduleWithFixedDelay(
            this::expire, EXPIRY_MILLIS, EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public String self() {
    return self;
  }

  @Override
  public InetSocketAddress address() {
    ServerSocket socket = listener;
    return socket == null
        ? listenAt
        : new InetSocketAddress(listenAt.getAddress(), socket.getLocalPort());
  }

  @Override
  public void know(String peer, String address) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon).replace("[", "").replace("]", "");
    addresses.put(
        peer, new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))));
  }

  @Override
  public CompletableFuture<ByteString> ask(
      String peer, Lane lane, Kind kind, MessageLite question, Duration longest) {
    InetSocketAddress address = addresses.get(peer);
    if (address == null || closed) {
      return CompletableFuture.failedFuture(
          new IOException(
              "%s cannot ask %s: %s".formatted(self, peer, closed ? "closed" : "no address")));
    }
    return links.computeIfAbsent(new LinkName(peer, lane), this::link).ask(kind, question, longest);
  }

  private Link link(LinkName name) {
    return new Link(
        "%s-to-%s-%s".formatted(self, name.peer(), name.lane().title()),
        new Greeting(group, self, name.peer(), name.lane()),
        sockets,
        () -> fresh(name.peer()));
  }

  /** Looks the name up again: it may have moved since. */
  private InetSocketAddress fresh(String peer) {
    InetSocketAddress known = Objects.requireNonNull(addresses.get(peer), peer);
    return new InetSocketAddress(known.getHostString(), known.getPort());
  }

  @Override
  public void disconnect(String peer) {
    for (Lane lane : Lane.values()) {
      Link link = links.get(new LinkName(peer, lane));
      if (link != null) {
        link.disconnect("a new connection was asked for");
      }
    }
  }

  private void expire() {
    long now = System.nanoTime();
    links.values().forEach(link -> link.expire(now));
  }

  private void accept(ServerSocket from, Receiver receiver) {
    while (!closed) {
      try {
        Socket socket = from.accept();
        if (incoming.size() >= MOST_INCOMING) {
          LOG.warn("{}: {} connections are open, the most there may be", self, MOST_INCOMING);
          socket.close();
        } else {
          Thread.ofPlatform()
              .daemon()
              .name(self + "-wire-greeting")
              .start(() -> serve(socket, receiver));
        }
      } catch (IOException e) {
        if (!closed) {
          LOG.warn("{}: a connection was not accepted: {}", self, e.toString());
        }
      }
    }
  }

  private void serve(Socket socket, Receiver receiver) {
    Incoming connection = null;
    String from = String.valueOf(socket.getRemoteSocketAddress());
    boolean leads = false;
    try (socket) {
      connection = new Incoming(socket);
      incoming.add(connection);
      if (closed) {
        return;
      }
      Greeting greeting = connection.greeted(group, self, sockets);
      from = greeting.from();
      leads = greeting.lane() == Lane.APPENDS;
      Thread.currentThread()
          .setName("%s-from-%s-%s".formatted(self, from, greeting.lane().title()));
      if (leads) {
        appends.put(from, connection);
      }
      connection.read(from, receiver);
    } catch (IOException e) {
      LOG.info("{}: the connection from {} has ended: {}", self, from, e.toString());
    } catch (RuntimeException e) {
      LOG.error("{}: a question of {} was not understood; its connection ends", self, from, e);
    } finally {
      if (connection != null) {
        incoming.remove(connection);
        if (leads && appends.remove(from, connection) && !closed) {
          receiver.lost(from);
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    timer.close();
    ServerSocket socket = listener;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.warn("{}: closing the listener", self, e);
      }
    }
    links.values().forEach(Link::close);
    incoming.forEach(Incoming::close);
  }
}
