package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.junit.jupiter.api.Test;

/** Which answers confirm a leader, and which come from before the question. */
final class LeadershipTest {
  private final Leadership leadership = new Leadership(majorityOf(3), Duration.ofSeconds(20));
  private final LeaderState term = leader();
  private final Follower r2 = new Follower("r2", term);
  private final Follower r3 = new Follower("r3", term);

  private static Quorum majorityOf(int voters) {
    return agreeing -> 1 + agreeing.size() > voters / 2;
  }

  private static LeaderState leader() {
    return (LeaderState)
        Proxy.newProxyInstance(
            LeaderState.class.getClassLoader(),
            new Class<?>[] {LeaderState.class},
            (self, method, arguments) ->
                method.getName().equals("equals")
                    ? System.identityHashCode(self) == System.identityHashCode(arguments[0])
                    : "a leader");
  }

  /** A follower as its log appender sees it. */
  private final class Follower {
    final LogAppender appender;
    long nextCall = 10;
    int heartbeats;

    Follower(String id, LeaderState leader) {
      appender =
          (LogAppender)
              Proxy.newProxyInstance(
                  LogAppender.class.getClassLoader(),
                  new Class<?>[] {LogAppender.class},
                  (self, method, arguments) ->
                      switch (method.getName()) {
                        case "getFollowerId" -> RaftPeerId.valueOf(id);
                        case "getCallId" -> nextCall;
                        case "getCallIdComparator" -> Comparator.<Long>naturalOrder();
                        case "triggerHeartbeat" -> {
                          heartbeats++;
                          yield null;
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                      });
      leadership.talksTo(leader, appender);
    }

    void answers(long call, boolean success) {
      leadership.answered(
          appender,
          AppendEntriesReplyProto.newBuilder()
              .setServerReply(RaftRpcReplyProto.newBuilder().setCallId(call).setSuccess(success))
              .build());
    }
  }

  @Test
  void oneAnswerToAHeartbeatOfAfterTheQuestionMakesAMajorityOfThree() {
    CompletableFuture<Void> confirmed = leadership.confirm();
    assertEquals(1, r2.heartbeats);
    assertEquals(1, r3.heartbeats);
    r2.answers(9, true); // sent before the question
    r3.answers(10, false); // refused
    assertFalse(confirmed.isDone());
    r3.answers(11, true);
    assertTrue(confirmed.isDone());
  }

  @Test
  void everyQuestionNeedsItsOwnRoundButThoseThatWaitShareOne() {
    CompletableFuture<Void> first = leadership.confirm();
    CompletableFuture<Void> second = leadership.confirm();
    CompletableFuture<Void> third = leadership.confirm();
    r2.nextCall = 12;
    r2.answers(11, true);
    assertTrue(first.isDone());
    assertEquals(2, r2.heartbeats);
    r2.answers(11, true); // of the first round
    assertFalse(second.isDone());
    r2.answers(12, true);
    assertTrue(second.isDone());
    assertTrue(third.isDone());
    assertEquals(2, r2.heartbeats);
    CompletableFuture<Void> later = leadership.confirm();
    assertFalse(later.isDone(), "nothing is remembered from earlier rounds");
  }

  @Test
  void losingTheLeadershipFailsEveryQuestion() {
    CompletableFuture<Void> first = leadership.confirm();
    leadership.lost();
    assertThrows(CompletionException.class, first::join);
    CompletableFuture<Void> unled = leadership.confirm();
    r2.answers(10, true); // to the leader of before
    assertFalse(unled.isDone());
  }

  @Test
  void aNewTermForgetsTheAppendersOfTheOldOne() {
    Follower again = new Follower("r2", leader());
    CompletableFuture<Void> confirmed = leadership.confirm();
    assertEquals(1, again.heartbeats);
    assertEquals(0, r3.heartbeats);
    again.answers(10, true);
    assertTrue(confirmed.isDone());
  }

  @Test
  void withoutAnswersAQuestionFailsInTime() {
    Leadership impatient = new Leadership(majorityOf(3), Duration.ofMillis(20));
    CompletionException e =
        assertThrows(CompletionException.class, () -> impatient.confirm().join());
    assertEquals(TimeoutException.class, e.getCause() == null ? null : e.getCause().getClass());
    assertTrue(new Leadership(majorityOf(1), Duration.ofMillis(20)).confirm().isDone());
  }
}
