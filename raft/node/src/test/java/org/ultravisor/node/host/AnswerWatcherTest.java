package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;

/** What the watcher submits, look by look. */
class AnswerWatcherTest {
  private static final Operation.AttachReplica ATTACH = new Operation.AttachReplica("r1", 7);

  private final List<Operation> submitted = new ArrayList<>();
  private final CompletableFuture<Outcome> answer = new CompletableFuture<>();
  private HostFacts facts = HostFacts.NONE;
  private Answers answers = Answers.NONE;

  private final AnswerWatcher watcher =
      new AnswerWatcher(
          ATTACH,
          new Reports("h", 0),
          known -> answers,
          Duration.ofSeconds(1),
          () -> facts,
          () -> true,
          transaction -> {
            submitted.addAll(transaction.operations());
            assertEquals("r1", transaction.issuer());
            return answer;
          });

  @Test
  void attachesTheReplicaOnceUntilItIsAttached() throws IOException {
    assertTrue(watcher.lookOnce());
    assertTrue(watcher.lookOnce());
    assertEquals(List.of(ATTACH), submitted);
    facts = attached(Set.of());
    assertFalse(watcher.lookOnce(), "nothing is awaited");
    assertEquals(List.of(ATTACH), submitted);
  }

  @Test
  void eachReportIsATransactionOfItsOwnAndIsNotRepeatedWhileItIsOut() throws IOException {
    facts = attached(Set.of(1L, 2L));
    answers = new Answers(List.of(), new Answers.Agent(70, 5, Set.of(1L, 2L), Set.of()));
    assertTrue(watcher.lookOnce());
    assertEquals(
        List.of(new Operation.RecordScrub("h", 5, 1), new Operation.RecordScrub("h", 5, 2)),
        submitted);
    watcher.lookOnce();
    assertEquals(2, submitted.size());
    answer.complete(new Outcome.Committed(9, List.of()));
    facts = attached(Set.of());
    assertFalse(watcher.lookOnce());
    assertEquals(2, submitted.size());
  }

  private static HostFacts attached(Set<Long> scrubsDue) {
    return new HostFacts(
        10,
        true,
        Optional.of(new HostInfo("h", 0, 5, 70)),
        Set.of(),
        Map.of(),
        Map.of(),
        scrubsDue);
  }
}
