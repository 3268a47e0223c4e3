package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.ledger.core.Transaction;

/**
 * One session's requests and what each must be answered, kept as plainly as can be: a map from
 * request to its first outcome. One thread.
 */
final class OnceModel {
  static final int WINDOW = 1024;
  private static final int NAMES = 40;

  private final SplittableRandom random;
  private final long session;
  private final Function<Transaction, Outcome> submit;
  private final TreeMap<Long, Transaction> sent = new TreeMap<>();
  private final Map<Long, Outcome> answers = new HashMap<>();
  private final Set<String> created = new TreeSet<>();
  private final Map<String, Integer> met = new TreeMap<>();
  private long lowest = 1;
  private long next = 1;

  /**
   * @param submit asks until there is an outcome, with the same ids
   */
  OnceModel(SplittableRandom random, long session, Function<Transaction, Outcome> submit) {
    this.random = random;
    this.session = session;
    this.submit = submit;
  }

  /** Asks something and checks the answer. */
  void step() {
    int choice = random.nextInt(100);
    if (sent.isEmpty() || choice < 55) {
      ask();
    } else if (choice < 85) {
      askAgain();
    } else if (choice < 92) {
      askOtherwise();
    } else {
      askBeyondTheWindow();
    }
  }

  private void ask() {
    next += random.nextInt(4) == 0 ? random.nextInt(WINDOW / 4) : 0; // ids may be left out
    long request = next++;
    long wanted = Math.max(lowest, request - WINDOW + 1);
    long stillWanted = random.nextInt(10) == 0 ? wanted + (request - wanted) / 2 : wanted;
    String name = "p" + random.nextInt(NAMES * 10);
    Transaction transaction = transaction(request, stillWanted, name);
    Outcome outcome = submit.apply(transaction);
    if (created.add(name)) {
      assertInstanceOf(Outcome.Committed.class, outcome, () -> "first of " + name);
      count("committed");
    } else {
      assertEquals(Refusal.PARTITION_EXISTS, refusal(outcome), () -> "second of " + name);
      count("refused");
    }
    sent.put(request, transaction);
    answers.put(request, outcome);
    lowest = stillWanted;
  }

  private void askAgain() {
    long request = anyRequest();
    Outcome again = submit.apply(Objects.requireNonNull(sent.get(request)));
    if (request < lowest) {
      assertEquals(Refusal.REQUEST_ID_FORGOTTEN, refusal(again), () -> "request " + request);
      count("forgotten");
    } else {
      assertEquals(answers.get(request), again, () -> "request " + request + " again");
      count("repeated");
    }
  }

  private void askOtherwise() {
    long request = anyRequest();
    Outcome outcome = submit.apply(transaction(request, Math.min(lowest, request), "other"));
    Refusal expected = request < lowest ? Refusal.REQUEST_ID_FORGOTTEN : Refusal.REQUEST_ID_REUSED;
    assertEquals(expected, refusal(outcome), () -> "request %d otherwise".formatted(request));
    count("reused");
  }

  private void askBeyondTheWindow() {
    long request = lowest + WINDOW + random.nextInt(10);
    Outcome outcome = submit.apply(transaction(request, lowest, "beyond"));
    assertEquals(Refusal.TOO_MANY_OUTSTANDING, refusal(outcome), () -> "request " + request);
    count("beyond");
  }

  /** Compares everything that a replica knows of the session. */
  void check(LedgerQueries ledger) {
    assertTrue(!sent.isEmpty(), "nothing was asked");
    assertEquals(
        created, ledger.partitions().stream().map(PartitionInfo::name).collect(Collectors.toSet()));
    for (long request : sent.keySet()) {
      assertEquals(expected(request), ledger.requestStatus(session, request));
    }
    assertEquals(new RequestStatus.NotSeen(), ledger.requestStatus(session, next));
  }

  private RequestStatus expected(long request) {
    return request < lowest
        ? new RequestStatus.Forgotten()
        : new RequestStatus.Answered(sequence(Objects.requireNonNull(answers.get(request))));
  }

  /** Every request is refused and none is executed: the session has expired. */
  void checkExpired() {
    assertEquals(Refusal.SESSION_EXPIRED, refusal(submit.apply(sent.lastEntry().getValue())));
    assertEquals(
        Refusal.SESSION_EXPIRED, refusal(submit.apply(transaction(next, lowest, "afterwards"))));
  }

  /** Fails if something that a client can meet was not met. */
  void requireAllMet() {
    assertEquals(
        Set.of("committed", "refused", "repeated", "forgotten", "reused", "beyond"), met.keySet());
  }

  Set<String> created() {
    return created;
  }

  @Override
  public String toString() {
    return met.toString();
  }

  private Transaction transaction(long request, long stillWanted, String name) {
    Transaction create = TestRequests.createPartition(session, request, name);
    return new Transaction(session, request, stillWanted, "test", List.of(), create.operations());
  }

  private long anyRequest() {
    // mostly a late one: early ones are soon forgotten
    long from = random.nextInt(3) == 0 ? 1 : lowest;
    Long found = sent.ceilingKey(from + random.nextLong(Math.max(1, next - from)));
    return found == null ? sent.lastKey() : found;
  }

  private static Refusal refusal(Outcome outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).reason();
  }

  private static long sequence(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Committed committed -> committed.sequence();
      case Outcome.Refused refused -> refused.sequence();
    };
  }

  private void count(String kind) {
    met.merge(kind, 1, Integer::sum);
  }
}
