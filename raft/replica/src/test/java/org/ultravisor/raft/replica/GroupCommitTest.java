package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.codec.Entry;
import org.ultravisor.ledger.codec.Fingerprint;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;

/** What goes into one entry, in which order, at what time; and who is told what. */
final class GroupCommitTest {
  private static final CommitLimits LIMITS = new CommitLimits(4, 1 << 20, 2, 8);

  private final LedgerCodec codec = new LedgerCodec(4096);
  private final FakeLog log = new FakeLog();
  private final AtomicLong clock = new AtomicLong(1000);
  private final AtomicLong ledgerTime = new AtomicLong();
  private final GroupCommit commit =
      new GroupCommit(
          "r1", log, codec, LIMITS, () -> Instant.ofEpochMilli(clock.get()), ledgerTime::get);

  /** A log that keeps what it is given until the test answers. */
  private final class FakeLog implements EntryLog {
    final List<Entry> entries = new CopyOnWriteArrayList<>();
    final List<CompletableFuture<List<Outcome>>> open = new CopyOnWriteArrayList<>();

    volatile @Nullable RuntimeException fault;

    @Override
    public void requireLeader() {}

    @Override
    public CompletableFuture<List<Outcome>> append(ProposedEntry entry) {
      RuntimeException planted = fault;
      if (planted != null) {
        throw planted;
      }
      CompletableFuture<List<Outcome>> answer = new CompletableFuture<>();
      assertEquals(entry.entry(), codec.decodeEntry(entry.getContent().toByteArray()));
      open.add(answer);
      entries.add(entry.entry());
      return answer;
    }

    void awaitEntries(int count) {
      Await.until(count + " entries", () -> entries.size() == count);
    }

    void answer(int entry) {
      List<Outcome> outcomes = new ArrayList<>();
      entries
          .get(entry)
          .submissions()
          .forEach(
              submission ->
                  outcomes.add(
                      new Outcome.Committed(submission.transaction().requestId(), List.of())));
      open.get(entry).complete(outcomes);
    }
  }

  @AfterEach
  void close() {
    for (int i = 0; i < log.open.size(); i++) {
      log.answer(i);
    }
    commit.stop();
  }

  private static Transaction request(long id) {
    return Transaction.of(1, id, "test", List.of(new Operation.OpenSession(id)));
  }

  private List<CompletableFuture<Outcome>> submit(long from, long to) {
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (long id = from; id <= to; id++) {
      answers.add(commit.submit(Principal.LOCAL, request(id)));
    }
    return answers;
  }

  private List<Long> idsIn(int entry) {
    return log.entries.get(entry).submissions().stream()
        .map(submission -> submission.transaction().requestId())
        .toList();
  }

  private static ReplicaException refusal(CompletableFuture<Outcome> answer) {
    return assertInstanceOf(
        ReplicaException.class, assertThrows(CompletionException.class, answer::join).getCause());
  }

  @Test
  void theFirstLeavesAtOnceAndTheOthersGather() {
    submit(1, 1);
    log.awaitEntries(1);
    submit(2, 2);
    log.awaitEntries(2); // two in flight: the rest waits
    List<CompletableFuture<Outcome>> rest = submit(3, 8);
    assertEquals(2, log.entries.size());
    log.answer(0);
    log.awaitEntries(3);
    assertEquals(List.of(3L, 4L, 5L, 6L), idsIn(2));
    log.answer(1);
    log.open.get(1).join(); // room, but two that wait are fewer than the four on their way
    assertEquals(3, log.entries.size());
    rest.addAll(submit(9, 10));
    log.awaitEntries(4);
    assertEquals(List.of(7L, 8L, 9L, 10L), idsIn(3));
    log.answer(3);
    assertEquals(10, rest.getLast().join().sequence());
    assertFalse(rest.getFirst().isDone());
    log.answer(2);
    assertEquals(3, rest.getFirst().join().sequence());
  }

  @Test
  void whatCameEncodedIsTheSameAndMayBeAnsweredAnywhere() {
    CompletableFuture<Outcome> encoded = commit.submit(codec.encoded(Principal.LOCAL, request(1)));
    log.awaitEntries(1);
    submit(2, 2);
    log.awaitEntries(2);
    assertEquals(
        codec.encoded(Principal.LOCAL, request(1)).submission(),
        log.entries.get(0).submissions().getFirst());
    Thread[] answeredOn = new Thread[1];
    CompletableFuture<Void> told = encoded.thenRun(() -> answeredOn[0] = Thread.currentThread());
    log.answer(0);
    assertTrue(told.isDone());
    assertEquals(Thread.currentThread(), answeredOn[0]);
  }

  @Test
  void entriesCarryTheClockWhichNeverGoesBackAndTheFingerprint() {
    submit(1, 1);
    log.awaitEntries(1);
    clock.set(900);
    submit(2, 2);
    log.awaitEntries(2);
    assertEquals(1000, log.entries.get(0).ledgerTime());
    assertEquals(1000, log.entries.get(1).ledgerTime());
    ledgerTime.set(2000); // another leader was ahead
    submit(3, 3);
    log.answer(0);
    log.awaitEntries(3);
    assertEquals(2000, log.entries.get(2).ledgerTime());
    assertEquals(
        Fingerprint.of(request(3)), log.entries.get(2).submissions().getFirst().fingerprint());
  }

  @Test
  void tooManyWaitingIsBusyAndDefinite() {
    submit(1, 1);
    log.awaitEntries(1);
    submit(2, 2);
    log.awaitEntries(2);
    submit(3, 10);
    ReplicaException refusal = refusal(commit.submit(Principal.LOCAL, request(11)));
    assertInstanceOf(BusyException.class, refusal);
    assertTrue(refusal.definite());
    log.answer(0);
    log.awaitEntries(3);
    submit(11, 11);
  }

  @Test
  void failuresAreToldAsTheLogTellsThem() {
    List<CompletableFuture<Outcome>> answers = submit(1, 1);
    log.awaitEntries(1);
    answers.addAll(submit(2, 2));
    log.awaitEntries(2);
    log.open.get(0).completeExceptionally(new OutcomeUnknownException("unknown", new Exception()));
    log.open.get(1).completeExceptionally(new NotLeaderException("r1", Optional.of("r2")));
    assertFalse(refusal(answers.get(0)).definite());
    assertTrue(refusal(answers.get(1)).definite());
  }

  @Test
  void whatDoesNotFitInOneEntryGoesIntoTwoAndWhatNeverFitsIsRefused() {
    submit(1, 1);
    log.awaitEntries(1);
    submit(2, 2);
    log.awaitEntries(2);
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (long id = 3; id <= 6; id++) {
      answers.add(commit.submit(Principal.LOCAL, requestOf(id, 150)));
    }
    log.answer(0);
    log.awaitEntries(3);
    assertEquals(List.of(3L, 4L), idsIn(2));
    log.answer(1);
    log.awaitEntries(4);
    assertEquals(List.of(5L, 6L), idsIn(3));

    CompletableFuture<Outcome> never = commit.submit(Principal.LOCAL, requestOf(7, 1000));
    for (int i = 2; i < 4; i++) {
      log.answer(i);
    }
    answers.forEach(CompletableFuture::join);
    ReplicaException refusal = refusal(never);
    assertInstanceOf(TransactionTooLargeException.class, refusal);
    assertTrue(refusal.definite());
  }

  private static Transaction requestOf(long id, int operations) {
    return Transaction.of(
        1, id, "test", Collections.nCopies(operations, new Operation.OpenSession(id)));
  }

  @Test
  void closingRefusesWhatWaitsAndStillAnswersWhatIsInFlight() {
    List<CompletableFuture<Outcome>> answers = submit(1, 1);
    log.awaitEntries(1);
    answers.addAll(submit(2, 2));
    log.awaitEntries(2);
    answers.addAll(submit(3, 3));
    commit.close();
    assertInstanceOf(ReplicaStoppedException.class, refusal(answers.get(2)));
    assertInstanceOf(
        ReplicaStoppedException.class, refusal(commit.submit(Principal.LOCAL, request(4))));
    log.answer(0);
    log.answer(1);
    assertEquals(1, answers.get(0).join().sequence());
    assertEquals(2, answers.get(1).join().sequence());
  }

  @Test
  void anErrorWhileProposingIsToldAndTheNextEntryStillLeaves() {
    log.fault = new IllegalStateException("planted fault");
    ReplicaException refusal = refusal(commit.submit(Principal.LOCAL, request(1)));
    assertInstanceOf(OutcomeUnknownException.class, refusal);
    assertEquals(log.fault, refusal.getCause());
    log.fault = null;
    submit(2, 2);
    log.awaitEntries(1);
    log.open.getFirst().complete(List.of()); // not one outcome each
    submit(3, 3);
    log.awaitEntries(2);
  }
}
