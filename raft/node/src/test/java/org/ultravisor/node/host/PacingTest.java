package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.Operation;

class PacingTest {
  private static final long DELAY = 1_000;
  private final Pacing pacing = new Pacing(DELAY);
  private final Operation scrub = new Operation.RecordScrub("h", 1, 2);

  @Test
  void theLeaderReportsAtOnceAndOnce() {
    assertEquals(List.of(scrub), pacing.ready(List.of(scrub), true, 0));
    assertEquals(List.of(), pacing.ready(List.of(scrub), true, 1));
  }

  @Test
  void anotherReportsWhatIsStillDueLater() {
    assertEquals(List.of(), pacing.ready(List.of(scrub), false, 0));
    assertEquals(List.of(), pacing.ready(List.of(scrub), false, DELAY - 1));
    assertEquals(List.of(scrub), pacing.ready(List.of(scrub), false, DELAY));
  }

  @Test
  void aReplicaDoesNotWaitToAttachItself() {
    Operation attach = new Operation.AttachReplica("r1", 5);
    assertEquals(List.of(attach), pacing.ready(List.of(attach), false, 0));
  }

  @Test
  void whatWasDoneByOthersIsForgotten() {
    assertEquals(List.of(), pacing.ready(List.of(scrub), false, 0));
    assertEquals(List.of(), pacing.ready(List.of(), false, DELAY));
    assertEquals(List.of(), pacing.ready(List.of(scrub), false, DELAY + 1));
  }

  @Test
  void anAnswerThatDoesNotShowIsFollowedByAnotherTry() {
    pacing.ready(List.of(scrub), false, 0);
    assertEquals(List.of(scrub), pacing.ready(List.of(scrub), false, DELAY));
    pacing.answered(scrub, true, 2_000);
    assertEquals(List.of(), pacing.ready(List.of(scrub), false, 1_999 + Pacing.SETTLE));
    assertEquals(List.of(scrub), pacing.ready(List.of(scrub), false, 2_000 + Pacing.SETTLE));
    pacing.answered(scrub, false, 20);
    assertEquals(List.of(), pacing.ready(List.of(scrub), true, 19 + Pacing.AFTER_FAILURE));
    assertEquals(List.of(scrub), pacing.ready(List.of(scrub), true, 20 + Pacing.AFTER_FAILURE));
  }

  @Test
  void laterAcknowledgementsAreTheSameReport() {
    Operation first = new Operation.AcknowledgeView("p", 1, 5);
    Operation later = new Operation.AcknowledgeView("p", 1, 9);
    assertEquals(List.of(first), pacing.ready(List.of(first), true, 0));
    assertEquals(List.of(), pacing.ready(List.of(later), true, 1));
    pacing.answered(first, true, 2);
    assertEquals(
        List.of(later),
        pacing.ready(List.of(later), true, 3),
        "the next revocation waits for nobody");
  }
}
