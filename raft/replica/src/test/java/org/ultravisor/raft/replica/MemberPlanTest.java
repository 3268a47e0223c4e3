package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What each change makes of the members, and which changes are not to be. */
final class MemberPlanTest {
  private static final Set<String> ALL = Set.of("r1", "r2", "r3", "a1");
  private static final Membership NOW =
      new Membership(
          new UUID(0, 1), List.of(peer(1), peer(2), peer(3)), List.of(auditor()), List.of(), 7);

  private static Peer peer(int number) {
    return new Peer("r" + number, "h" + number, 9000, "h" + number + ":8000");
  }

  private static Peer auditor() {
    return new Peer("a1", "audit", 9000, "audit:8000");
  }

  private static void becomes(List<String> voters, List<String> listeners, MemberPlan plan) {
    assertNull(plan.answer(), () -> String.valueOf(plan.answer()));
    assertEquals(voters, plan.voters().stream().map(Peer::id).toList());
    assertEquals(listeners, plan.listeners().stream().map(Peer::id).toList());
  }

  private static void answers(ChangeProgress.State state, String message, MemberPlan plan) {
    ChangeProgress answer = plan.answer();
    assertNotNull(answer, plan::toString);
    assertEquals(state, answer.state());
    assertTrue(answer.message().contains(message), answer.message());
  }

  private static void refuses(String why, MemberPlan plan) {
    answers(ChangeProgress.State.REFUSED, why, plan);
  }

  @Test
  void adding() {
    MemberPlan plan = MemberPlan.of(new MemberChange.Add(peer(4), false), NOW, ALL);
    becomes(List.of("r1", "r2", "r3", "r4"), List.of("a1"), plan);
    assertEquals(peer(4), plan.joining().orElseThrow());
    becomes(
        List.of("r1", "r2", "r3"),
        List.of("a1", "r4"),
        MemberPlan.of(new MemberChange.Add(peer(4), true), NOW, ALL));
    answers(
        ChangeProgress.State.DONE,
        "r2 is a member",
        MemberPlan.of(new MemberChange.Add(peer(2), false), NOW, ALL));
    refuses("as a voter", MemberPlan.of(new MemberChange.Add(peer(2), true), NOW, ALL));
    refuses("as a listener", MemberPlan.of(new MemberChange.Add(auditor(), false), NOW, ALL));
    refuses(
        "r2 is a member already, as a voter at h2:9000",
        MemberPlan.of(new MemberChange.Add(new Peer("r2", "x", 1), false), NOW, ALL));
    refuses(
        "give r4 others",
        MemberPlan.of(new MemberChange.Add(new Peer("r4", "x", 1, "h2:8000"), false), NOW, ALL));
  }

  @Test
  void removing() {
    becomes(
        List.of("r1", "r2", "r3"),
        List.of(),
        MemberPlan.of(new MemberChange.Remove("a1", false), NOW, ALL));
    answers(
        ChangeProgress.State.DONE,
        "r9 is not a member",
        MemberPlan.of(new MemberChange.Remove("r9", false), NOW, ALL));
    refuses("say --force", MemberPlan.of(new MemberChange.Remove("r3", false), NOW, ALL));
    becomes(
        List.of("r1", "r2"),
        List.of("a1"),
        MemberPlan.of(new MemberChange.Remove("r3", true), NOW, ALL));
    // With r3 dead, taking r2 out would leave nobody to agree with: no force helps.
    refuses(
        "only 1 of 2 voters would be alive",
        MemberPlan.of(new MemberChange.Remove("r2", true), NOW, Set.of("r1", "r2")));
  }

  @Test
  void replacing() {
    becomes(
        List.of("r1", "r2", "r4"),
        List.of("a1"),
        MemberPlan.of(new MemberChange.Replace("r3", peer(4)), NOW, Set.of("r1", "r2")));
    becomes(
        List.of("r1", "r2", "r3"),
        List.of("r4"),
        MemberPlan.of(new MemberChange.Replace("a1", peer(4)), NOW, ALL));
    refuses(
        "before it starts",
        MemberPlan.of(
            new MemberChange.Replace("r3", new Peer("r4", "h3", 9000, "h3:8000")), NOW, ALL));
    refuses("use 'add'", MemberPlan.of(new MemberChange.Replace("r9", peer(4)), NOW, ALL));
    refuses("use 'remove r3'", MemberPlan.of(new MemberChange.Replace("r3", peer(2)), NOW, ALL));
    answers(
        ChangeProgress.State.DONE,
        "r2 is a member, r9 is not",
        MemberPlan.of(new MemberChange.Replace("r9", peer(2)), NOW, ALL));
    refuses(
        "only 1 of 3 voters would be alive",
        MemberPlan.of(new MemberChange.Replace("r1", peer(4)), NOW, Set.of("r1")));
  }
}
