package org.ultravisor.node.local;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * Clients that give pages to a partition and take some of them back, without pause, and remember
 * every answer.
 */
public final class Load implements AutoCloseable {
  /** Pages that one client keeps before it starts to give back. */
  private static final int KEPT = 64;

  private final ConcurrentLinkedQueue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopping;

  /** Starts the clients. */
  public static Load start(
      ClusterClient ledger, String partition, List<Integer> cells, int clients) {
    Load load = new Load();
    for (int i = 0; i < clients; i++) {
      load.clients.add(
          Thread.ofPlatform()
              .name("load-" + i)
              .daemon()
              .start(() -> load.run(ledger, partition, cells)));
    }
    return load;
  }

  private void run(ClusterClient ledger, String partition, List<Integer> cells) {
    Deque<PageRange> held = new ArrayDeque<>();
    try {
      while (!stopping) {
        Operation next =
            held.size() < KEPT
                ? new Operation.AllocatePages(
                    partition, 1, Tier.K, cells, Operation.ANY_GUEST_FRAME, Rights.ALL)
                : new Operation.ReleasePages(partition, held.removeFirst());
        long submitted = System.nanoTime();
        Outcome outcome = ledger.submit(List.of(next));
        acknowledged.add(new Acknowledged(outcome, submitted, System.nanoTime()));
        if (outcome instanceof Outcome.Committed committed) {
          for (Event event : committed.events()) {
            if (event instanceof Event.PagesAssigned assigned) {
              held.addLast(assigned.range());
            }
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  /** Every answer so far. */
  public List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  public int count() {
    return acknowledged.size();
  }

  /** The first answer to a request that was made at or after a time; 0 if there is none yet. */
  public long firstAnswerAfter(long nanos) {
    return acknowledged.stream()
        .filter(a -> a.submittedNanos() - nanos >= 0)
        .mapToLong(Acknowledged::answeredNanos)
        .min()
        .orElse(0);
  }

  /** Throws if a client gave up. */
  public void requireRunning() throws IOException {
    Exception first = failure.get();
    if (first != null) {
      throw new IOException("a client of the load gave up: " + first.getMessage(), first);
    }
  }

  /** Lets each client finish its request, and waits for them. */
  public void stop() throws IOException, InterruptedException {
    stopping = true;
    for (Thread client : clients) {
      client.join();
    }
    requireRunning();
  }

  @Override
  public void close() {
    stopping = true;
    clients.forEach(Thread::interrupt);
  }
}
