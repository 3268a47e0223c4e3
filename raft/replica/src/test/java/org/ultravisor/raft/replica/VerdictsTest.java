package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.StateHash;

/** What follows from reports, for one of the replicas that hear them. */
final class VerdictsTest {
  private static final long AT = 100;
  private static final long LATER = 200;
  private final Verdicts verdicts = new Verdicts(Duration.ofSeconds(10));

  @BeforeEach
  void threeVotersAndThisReplicaHasValueOne() {
    verdicts.voters(Set.of("a", "b", "c"));
    verdicts.reached(value(AT, 1));
    verdicts.reached(value(LATER, 1));
  }

  private static StateReport value(long sequence, long value) {
    return new StateReport(sequence, new StateHash(0, value), "root" + value);
  }

  private Optional<Verdicts.Verdict> hear(String replica, long sequence, long value, long time) {
    return verdicts.reported(replica, value(sequence, value), time);
  }

  private void fine(String replica, long sequence, long value, long time) {
    assertEquals(Optional.empty(), hear(replica, sequence, value, time));
  }

  @Test
  void aMajorityAgreesBeforeAllHaveReported() {
    fine("a", AT, 1, 0);
    assertEquals(0, verdicts.agreed());
    fine("b", AT, 1, 0);
    assertEquals(AT, verdicts.agreed());
    fine("c", AT, 7, 0); // its own to notice, and it has
  }

  @Test
  void theSameReportTwiceIsOneVote() {
    fine("a", AT, 7, 0);
    fine("a", AT, 7, 0);
    assertEquals(0, verdicts.agreed());
  }

  @Test
  void whoeverDiffersFromAMajorityStops() {
    fine("a", AT, 7, 0);
    assertEquals(
        Optional.of(new Verdicts.Differs(value(AT, 1), value(AT, 7))), hear("b", AT, 7, 0));
  }

  @Test
  void threeValuesHaveNoMajority() {
    fine("a", AT, 1, 0);
    fine("b", AT, 2, 0);
    assertEquals(
        Optional.of(
            new Verdicts.NoMajority(
                AT, Map.of("a", value(AT, 1), "b", value(AT, 2), "c", value(AT, 3)))),
        hear("c", AT, 3, 0));
  }

  @Test
  void twoThatDifferWaitForTheThirdAndThenStop() {
    fine("a", AT, 1, 0);
    fine("b", AT, 2, 0);
    fine("a", LATER, 1, 20_000);
    assertEquals(
        Optional.of(new Verdicts.NoMajority(AT, Map.of("a", value(AT, 1), "b", value(AT, 2)))),
        hear("b", LATER, 2, 20_000));
  }

  @Test
  void theThirdMayBeLate() {
    fine("a", AT, 1, 0);
    fine("b", AT, 2, 0);
    fine("a", LATER, 1, 9_000);
    fine("b", LATER, 2, 9_999);
    fine("c", AT, 1, 9_999);
    assertEquals(AT, verdicts.agreed());
  }

  @Test
  void strangersDoNotVote() {
    fine("x", AT, 7, 0);
    fine("y", AT, 7, 0);
    fine("z", AT, 7, 0);
    assertEquals(0, verdicts.agreed());
  }

  @Test
  void onlyThoseThatStillVoteCount() {
    fine("a", AT, 7, 0);
    verdicts.voters(Set.of("b", "c", "d"));
    fine("b", AT, 7, 0);
    assertEquals(0, verdicts.agreed());
    assertEquals(
        Optional.of(new Verdicts.Differs(value(AT, 1), value(AT, 7))), hear("d", AT, 7, 0));
  }

  @Test
  void whatWasReportedBeforeAStartIsNotJudged() {
    verdicts.restart();
    fine("a", AT, 7, 0);
    fine("b", AT, 7, 0);
    fine("c", AT, 7, 0);
    assertEquals(0, verdicts.agreed());
  }
}
