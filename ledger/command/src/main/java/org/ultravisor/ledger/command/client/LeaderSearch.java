package org.ultravisor.ledger.command.client;

import io.vertx.core.Vertx;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.frame.FrameKind;
import org.ultravisor.ledger.command.frame.Payloads;

/**
 * Finds who leads, once for all requests that wait for it: while there is no leader, each replica
 * is asked a few times in a tenth of a second, however many requests there are. On the client's
 * thread.
 */
final class LeaderSearch {
  /** Rounds at the first pace, about two seconds; a leader is usually there before. */
  private static final int QUICK_ROUNDS = 100;

  private final Vertx vertx;
  private final Targets targets;
  private final long quickMillis;
  private final long slowMillis;
  private final long timeoutMillis;
  private final Attempt<Payloads.Standing> ping;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Set<URI> asked = new HashSet<>();
  private boolean running;
  private int rounds;

  private record Waiting(long deadlineNanos, Runnable then) {}

  LeaderSearch(
      Vertx vertx, Links links, Payloads payloads, Targets targets, ClientOptions options) {
    this.vertx = vertx;
    this.targets = targets;
    this.quickMillis = options.firstBackoff().toMillis();
    this.slowMillis = Math.max(quickMillis, options.longestBackoff().toMillis() / 4);
    this.timeoutMillis = options.attemptTimeout().toMillis();
    byte[] question = payloads.ping();
    this.ping =
        new FrameAttempt<>(
            links,
            payloads,
            FrameKind.PING,
            () -> question,
            FrameKind.STANDING,
            payloads::standing);
  }

  /** Goes on when some replica says that it leads, or when the deadline has passed. */
  void await(long deadlineNanos, Runnable then) {
    waiting.add(new Waiting(deadlineNanos, then));
    if (!running) {
      running = true;
      rounds = 0;
      round();
    }
  }

  private void round() {
    long now = System.nanoTime();
    List<Waiting> late = waiting.stream().filter(one -> now - one.deadlineNanos() >= 0).toList();
    waiting.removeAll(late);
    late.forEach(one -> one.then().run());
    if (waiting.isEmpty()) {
      running = false;
      return;
    }
    for (URI target : targets.all()) {
      if (asked.add(target)) {
        ping.send(target, timeoutMillis, new Answer(target));
      }
    }
    rounds++;
    vertx.setTimer(Math.max(1, rounds < QUICK_ROUNDS ? quickMillis : slowMillis), timer -> round());
  }

  private void found(URI leader) {
    targets.leads(leader);
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(one -> one.then().run());
  }

  /** What one replica says. */
  private final class Answer implements Attempt.Ending<Payloads.Standing> {
    private final URI target;

    Answer(URI target) {
      this.target = target;
    }

    @Override
    public void value(Payloads.Standing standing) {
      asked.remove(target);
      if (standing.leads()) {
        found(target);
      } else {
        standing.leader().ifPresent(targets::add);
      }
    }

    @Override
    public void error(ErrorReport report) {
      asked.remove(target);
    }

    @Override
    public void notSent(String why) {
      asked.remove(target);
    }

    @Override
    public void lost(String why) {
      asked.remove(target);
    }
  }
}
