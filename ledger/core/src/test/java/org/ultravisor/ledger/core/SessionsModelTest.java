package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Sessions that expire, by time and because there are too many, against a plain list of them: which
 * expire with which transaction, in which order, and what their requests are told afterwards.
 * Repeat with {@code -Dultravisor.seed=N}.
 */
final class SessionsModelTest {
  private static final int MOST = 5;
  private static final int MOST_ANSWERS = 30;
  private static final int STEPS = 20_000;

  private static final class Session {
    final long number;
    final long nonce;
    long lastSequence;
    long lastTime;
    final Map<Long, Long> answers = new TreeMap<>();

    Session(long number, long nonce, long sequence, long time) {
      this.number = number;
      this.nonce = nonce;
      lastSequence = sequence;
      lastTime = time;
    }
  }

  private final long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private Ledger ledger = new Ledger(MOST, MOST_ANSWERS);
  private final List<Session> open = new ArrayList<>();
  private final Map<String, Integer> met = new TreeMap<>();
  private long lastSession;
  private long time = 1000;

  @Test
  void whatExpiresIsWhatThePlainListSays() {
    try {
      for (int step = 0; step < STEPS; step++) {
        time += random.nextInt(200) == 0 ? random.nextLong(2 * Sessions.MOST_IDLE_MILLIS) : 7;
        if (random.nextInt(12) == 0) {
          openSession(1 + random.nextInt(40));
        } else {
          request(Math.max(1, lastSession + 1 - random.nextInt(9)), 1 + random.nextInt(20));
        }
        assertEquals(
            open.stream().map(session -> session.number).sorted().toList(),
            ledger.queries().sessions().stream().map(SessionInfo::session).sorted().toList());
      }
      StateHash hash = ledger.hash();
      assertEquals(
          hash, Ledger.restore(ledger.sequence(), hash, LedgerFixture.records(ledger)).hash());
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("repeat with -Dultravisor.seed=" + seed, e);
    }
    for (String kind :
        List.of("by time", "by number", "by answers", "repeated", "unknown", "first time")) {
      assertTrue(met.getOrDefault(kind, 0) > 20, () -> "too seldom: " + kind + " in " + met);
    }
  }

  /** A ledger that keeps one session more is found out. */
  @Test
  void aLedgerThatKeepsTooManyIsFound() {
    ledger = new Ledger(MOST + 1, MOST_ANSWERS);
    assertThrows(AssertionError.class, this::whatExpiresIsWhatThePlainListSays);
  }

  /** So is one that keeps an answer more. */
  @Test
  void aLedgerThatKeepsTooManyAnswersIsFound() {
    ledger = new Ledger(MOST, MOST_ANSWERS + 1);
    assertThrows(AssertionError.class, this::whatExpiresIsWhatThePlainListSays);
  }

  private Execution submit(Transaction transaction) {
    return ledger.execute(time, Submission.local(transaction, transaction.operations().hashCode()));
  }

  private void openSession(long nonce) {
    boolean known = open.stream().anyMatch(session -> session.nonce == nonce);
    long sequence = ledger.sequence() + 1;
    Execution execution =
        submit(Transaction.sessionless("model", new Operation.OpenSession(nonce)));
    if (!known) {
      lastSession++;
      open.add(new Session(lastSession, nonce, sequence, time));
    }
    assertEquals(expiring(Transaction.NO_SESSION), expired(execution));
  }

  private void request(long number, long request) {
    Session session = open.stream().filter(each -> each.number == number).findFirst().orElse(null);
    Execution execution =
        submit(
            new Transaction(
                number,
                request,
                1,
                "model",
                List.of(),
                List.of(new Operation.PutPolicy("p", "version " + request))));
    Long answered = session == null ? null : session.answers.get(request);
    if (session == null) {
      Execution.Rejected rejected = assertInstanceOf(Execution.Rejected.class, execution);
      assertEquals(Refusal.SESSION_EXPIRED, rejected.refused().reason());
      count("unknown");
    } else if (answered != null) {
      assertEquals(new Execution.Repeated(answered), execution);
      count("repeated");
    } else {
      assertEquals(expiring(number), expired(execution));
      session.lastSequence = ledger.sequence();
      session.lastTime = time;
      session.answers.put(request, ledger.sequence());
      count("first time");
    }
  }

  /**
   * All that did nothing for a day; of too many, those that did nothing for longest; and one of
   * them while too many answers are kept.
   */
  private List<Long> expiring(long own) {
    List<Session> others = new ArrayList<>(open);
    others.removeIf(session -> session.number == own);
    others.sort(
        Comparator.<Session>comparingLong(session -> session.lastSequence)
            .thenComparingLong(session -> session.number));
    boolean full = open.stream().mapToInt(each -> each.answers.size()).sum() >= MOST_ANSWERS;
    List<Long> expired = new ArrayList<>();
    for (Session session : others) {
      boolean tooMany = open.size() > MOST;
      boolean forRoom = full && expired.isEmpty();
      if (time - session.lastTime > Sessions.MOST_IDLE_MILLIS || tooMany || forRoom) {
        open.remove(session);
        expired.add(session.number);
        count(tooMany ? "by number" : forRoom ? "by answers" : "by time");
      }
    }
    return expired;
  }

  private static List<Long> expired(@Nullable Execution execution) {
    Execution.Executed executed = assertInstanceOf(Execution.Executed.class, execution);
    Outcome.Committed committed =
        assertInstanceOf(Outcome.Committed.class, executed.leaf().outcome());
    List<Long> expired = new ArrayList<>();
    for (Event event : committed.events()) {
      if (event instanceof Event.SessionExpired each) {
        expired.add(each.session());
      }
    }
    return expired;
  }

  private void count(String what) {
    met.merge(what, 1, Integer::sum);
  }
}
