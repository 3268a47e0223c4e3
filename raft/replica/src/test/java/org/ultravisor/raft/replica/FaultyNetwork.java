package org.ultravisor.raft.replica;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.ultravisor.raft.wire.Kind;
import org.ultravisor.raft.wire.Wire;

/**
 * A network that loses, delays and repeats what replicas say to each other, and cuts replicas off,
 * by a seed and as a test says. It counts what it did, so that a test can tell whether it tested.
 */
final class FaultyNetwork implements UnaryOperator<Wire> {
  /** What may happen to a question on its way. */
  enum Fault {
    NONE,
    /** It never arrives. */
    LOST,
    /** It arrives, the answer does not. */
    ANSWER_LOST,
    /** It arrives late, after others that were asked later. */
    LATE,
    /** It arrives twice. */
    TWICE,
    /** One of the two is cut off. */
    CUT
  }

  private static final int LONGEST_DELAY_MILLIS = 40;

  private final Random random;
  private final Map<Fault, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<String, Boolean> cut = new ConcurrentHashMap<>();
  private volatile int faultsPerThousand;

  FaultyNetwork(long seed) {
    this.random = new Random(seed);
  }

  /** How many of a thousand questions meet a fault, from now on. */
  void faults(int perThousand) {
    faultsPerThousand = perThousand;
  }

  void cutOff(String replica) {
    cut.put(replica, true);
  }

  void join(String replica) {
    cut.remove(replica);
  }

  long count(Fault fault) {
    LongAdder count = counts.get(fault);
    return count == null ? 0 : count.sum();
  }

  /** Whether every fault has happened. */
  boolean metAll() {
    return counts.size() == Fault.values().length;
  }

  @Override
  public String toString() {
    return "a network that did " + counts;
  }

  @Override
  public Wire apply(Wire wire) {
    return new Faulty(wire);
  }

  private Fault draw(String from, String to, Kind kind) {
    Fault fault = Fault.NONE;
    if (cut.containsKey(from) || cut.containsKey(to)) {
      fault = Fault.CUT;
    } else {
      synchronized (random) {
        if (random.nextInt(1000) < faultsPerThousand) {
          fault = Fault.values()[1 + random.nextInt(4)];
        }
      }
    }
    if (fault == Fault.TWICE && kind == Kind.INSTALL_SNAPSHOT) {
      fault = Fault.NONE; // its parts are numbered: a second one is an error, not a fault
    }
    counts.computeIfAbsent(fault, first -> new LongAdder()).increment();
    return fault;
  }

  private Executor later() {
    int millis;
    synchronized (random) {
      millis = 1 + random.nextInt(LONGEST_DELAY_MILLIS);
    }
    return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
  }

  private final class Faulty implements Wire {
    private final Wire wire;

    Faulty(Wire wire) {
      this.wire = wire;
    }

    @Override
    public void start(Receiver receiver) throws IOException {
      wire.start(receiver);
    }

    @Override
    public String self() {
      return wire.self();
    }

    @Override
    public InetSocketAddress address() {
      return wire.address();
    }

    @Override
    public void know(String peer, String address) {
      wire.know(peer, address);
    }

    @Override
    public CompletableFuture<ByteString> ask(
        String peer, Lane lane, Kind kind, MessageLite question, Duration longest) {
      return switch (draw(self(), peer, kind)) {
        case NONE -> wire.ask(peer, lane, kind, question, longest);
        case LOST, CUT -> never(longest);
        case ANSWER_LOST -> {
          var _ = wire.ask(peer, lane, kind, question, longest);
          yield never(longest);
        }
        case LATE ->
            new CompletableFuture<Boolean>()
                .completeAsync(() -> true, later())
                .thenCompose(now -> wire.ask(peer, lane, kind, question, longest));
        case TWICE -> {
          var _ = wire.ask(peer, lane, kind, question, longest);
          yield wire.ask(peer, lane, kind, question, longest);
        }
      };
    }

    /** As when nothing comes back: an error, but only after all the time there was. */
    private static CompletableFuture<ByteString> never(Duration longest) {
      return new CompletableFuture<ByteString>()
          .orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionallyCompose(
              late -> CompletableFuture.failedFuture(new IOException("no answer in time", late)));
    }

    @Override
    public void disconnect(String peer) {
      wire.disconnect(peer);
    }

    @Override
    public void close() {
      wire.close();
    }
  }
}
