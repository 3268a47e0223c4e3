package org.ultravisor.ledger.command.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.FakeCluster.Fault;
import org.ultravisor.ledger.command.StateList;
import org.ultravisor.ledger.command.client.ClientOptions.Channel;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;

/** The client against replicas that fail as told. */
class LedgerClientTest {
  private static final long SEED = Long.getLong("ultravisor.seed", System.nanoTime());

  @ParameterizedTest
  @EnumSource(Fault.class)
  void eachFaultIsSurvivedOnce(Fault fault) throws Exception {
    eachFaultIsSurvivedOnce(fault, Channel.FRAMES);
    eachFaultIsSurvivedOnce(fault, Channel.HTTP);
  }

  private static void eachFaultIsSurvivedOnce(Fault fault, Channel channel) throws Exception {
    try (Servers servers = new Servers(3, Servers.quick());
        LedgerClient client = servers.client(channel)) {
      submitAll(client, 0, 1);
      AtomicInteger left = new AtomicInteger(2);
      servers.cluster.faults(transaction -> left.getAndDecrement() > 0 ? fault : Fault.NONE);
      Map<Integer, Result> results = submitAll(client, 1, 5);
      results
          .values()
          .forEach(result -> assertInstanceOf(Result.Committed.class, result, fault::name));
      assertEquals(List.of(), ExactlyOnce.violations(servers.cluster.leaves(), results));
    }
  }

  @ParameterizedTest
  @EnumSource(Channel.class)
  void aThousandPipelinedRequestsHappenOnceUnderAllFaults(Channel channel) throws Exception {
    Random random = new Random(SEED);
    List<Fault> all = List.of(Fault.values());
    try (Servers servers = new Servers(3, Servers.quick());
        LedgerClient client = servers.client(channel)) {
      servers.cluster.faults(
          transaction ->
              random.nextInt(10) == 0 ? all.get(random.nextInt(all.size())) : Fault.NONE);
      Map<Integer, Result> results = submitAll(client, 0, channel == Channel.FRAMES ? 1500 : 500);
      results
          .values()
          .forEach(
              result ->
                  assertInstanceOf(
                      Result.Committed.class, result, "repeat with -Dultravisor.seed=" + SEED));
      assertEquals(
          List.of(),
          ExactlyOnce.violations(servers.cluster.leaves(), results),
          "repeat with -Dultravisor.seed=" + SEED);
    }
  }

  @Test
  void theJudgeFindsAPlantedDuplicate() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      Map<Integer, Result> results = submitAll(client, 0, 2);
      List<AuditLeaf> leaves = new ArrayList<>(servers.cluster.leaves());
      Leaf last = leaves.getLast().leaf();
      leaves.add(
          new AuditLeaf(
              new Leaf(last.sequence() + 1, last.ledgerTime(), last.submission(), last.outcome()),
              leaves.getLast().stateHash()));
      assertEquals(2, ExactlyOnce.violations(leaves, results).size());
      assertFalse(ExactlyOnce.violations(leaves.subList(0, 2), results).isEmpty());
    }
  }

  @Test
  void aDeadReplicaIsPassedOver() throws Exception {
    try (Servers servers = new Servers(2, Servers.quick())) {
      servers.servers.getFirst().close();
      servers.cluster.leads(1);
      try (LedgerClient client = servers.client()) {
        assertInstanceOf(Result.Committed.class, submitAll(client, 0, 1).get(0));
      }
    }
  }

  @Test
  void aBrokenConnectionIsNoticedAtOnce() throws Exception {
    try (Servers servers = new Servers(3, Servers.quick());
        LedgerClient client =
            LedgerClient.of(
                ClientOptions.of(servers.addresses(), "test")
                    .withDeadline(Duration.ofHours(1))
                    .withAttemptTimeout(Duration.ofHours(1)))) {
      submitAll(client, 0, 1);
      servers.cluster.faults(transaction -> Fault.SILENT_AFTER_COMMIT);
      Map<Integer, CompletableFuture<Result>> asked = submitEach(client, 1, 50);
      while (servers.cluster.leaves().size() < 51) { // the session, and each once
        Thread.onSpinWait();
      }
      servers.cluster.faults(transaction -> Fault.NONE);
      servers.cluster.leads(2);
      servers.servers.getFirst().close();
      Map<Integer, Result> results = awaitEach(asked);
      assertEquals(List.of(), ExactlyOnce.violations(servers.cluster.leaves(), results));
      assertEquals(51, servers.cluster.leaves().size());
    }
  }

  @Test
  void aReplicaThatComesBackIsUsedAgain() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      submitAll(client, 0, 1);
      servers.servers.getFirst().close();
      CompletableFuture<Result> asked = client.submit(new Operation.AddProcessor(1, 0));
      servers.restartFirst();
      Map<Integer, Result> results = awaitEach(Map.of(1, asked));
      assertEquals(List.of(), ExactlyOnce.violations(servers.cluster.leaves(), results));
    }
  }

  @Test
  void whatFitsIntoNoEntryIsRefusedWithoutAsking() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      List<Operation> operations =
          Collections.nCopies(
              100_000, new Operation.PoisonPages(new PageRange(1L << 50, 1L << 40)));
      ExecutionException failure =
          assertThrows(ExecutionException.class, () -> await(client.submit(List.of(), operations)));
      assertEquals(
          ErrorReport.Kind.TOO_LARGE,
          assertInstanceOf(ClientException.class, failure.getCause()).report().error());
      submitAll(client, 0, 1);
    }
  }

  @Test
  void aRefusalIsDefinite() throws Exception {
    try (Servers servers = new Servers(2, Servers.quick());
        LedgerClient client = servers.client()) {
      Result result = await(client.submit(new Operation.StartPartition("nobody")));
      Result.Refused refused = assertInstanceOf(Result.Refused.class, result);
      assertEquals(Refusal.PARTITION_NOT_FOUND, refused.refusal().reason());
      Result unmet =
          await(
              client.submit(
                  List.of(new Precondition.AtSequence(77)),
                  List.of(new Operation.AddProcessor(1, 0))));
      assertEquals(
          Refusal.PRECONDITION_SEQUENCE,
          assertInstanceOf(Result.Refused.class, unmet).refusal().reason());
    }
  }

  @Test
  void whatStaysUnknownCanBeAskedLater() throws Exception {
    try (Servers servers = new Servers(2, Servers.quick());
        LedgerClient client = servers.client(Duration.ofSeconds(2))) {
      submitAll(client, 0, 1);
      servers.cluster.faults(transaction -> Fault.UNKNOWN_AFTER_COMMIT);
      Result.Unknown unknown =
          assertInstanceOf(Result.Unknown.class, submitAll(client, 1, 2).get(1));
      assertTrue(unknown.mayHaveHappened());
      servers.cluster.faults(transaction -> Fault.NONE);
      assertInstanceOf(
          Result.Committed.class, submitAll(client, 2, 3).get(2), "another session is opened");
      assertInstanceOf(
          RequestStatus.Answered.class,
          await(client.requestStatus(unknown.session(), unknown.requestId())).value().status());
    }
  }

  @Test
  void whatWasNeverTakenIsKnownNotToHaveHappened() throws Exception {
    try (Servers servers = new Servers(2, Servers.quick());
        LedgerClient client = servers.client(Duration.ofMillis(500))) {
      servers.cluster.faults(transaction -> Fault.BUSY);
      Result.Unknown unknown =
          assertInstanceOf(Result.Unknown.class, submitAll(client, 0, 1).get(0));
      assertFalse(unknown.mayHaveHappened());
      assertTrue(unknown.why().contains("BUSY"), unknown.why());
    }
  }

  @Test
  void anExpiredSessionIsSaidAndAnotherOpened() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      submitAll(client, 0, 1);
      servers.cluster.pass(Duration.ofDays(400));
      servers.cluster.execute(Transaction.sessionless("test", new Operation.OpenSession(99)));
      servers.cluster.execute(Transaction.sessionless("test", new Operation.OpenSession(100)));
      Result result = submitAll(client, 1, 2).get(1);
      assertEquals(
          Refusal.SESSION_EXPIRED,
          assertInstanceOf(Result.Refused.class, result).refusal().reason());
      assertInstanceOf(Result.Committed.class, submitAll(client, 2, 3).get(2));
    }
  }

  @Test
  void queriesAnswerWithTheirSequence() throws Exception {
    try (Servers servers = new Servers(2, Servers.quick());
        LedgerClient client = servers.client()) {
      await(
          client.submit(
              new Operation.CreatePartition("a", PartitionKind.GUEST, Limits.NONE),
              new Operation.AddMemory(new PageRange(0, 1024), 0, MemoryType.DRAM, true)));
      Read<?> partitions = await(client.list(StateList.PARTITIONS, Consistency.LINEARIZABLE));
      assertEquals(2, partitions.sequence());
      assertEquals(
          "a", await(client.partition("a", Consistency.STALE)).value().orElseThrow().name());
      assertTrue(await(client.partition("b", Consistency.STALE)).value().isEmpty());
      assertTrue(
          await(client.memoryMap("a", 0, 10, Consistency.STALE)).value().orElseThrow().isEmpty());
      assertEquals(
          1, await(client.list(StateList.MEMORY, Consistency.LINEARIZABLE)).value().size());
      assertEquals(
          List.of(0L, 7L),
          await(client.owners(List.of(0L, 7L), Consistency.LINEARIZABLE)).value().stream()
              .map(page -> page.frame())
              .toList());
      assertEquals(7, await(client.owner(7, Consistency.LINEARIZABLE)).value().frame());
      assertEquals(
          1, await(client.list(StateList.SESSIONS, Consistency.LINEARIZABLE)).value().size());
      assertTrue(await(client.list(StateList.DEVICES, Consistency.LINEARIZABLE)).value().isEmpty());
      assertTrue(
          await(client.list(StateList.PROCESSORS, Consistency.LINEARIZABLE)).value().isEmpty());
      assertTrue(
          await(client.list(StateList.REVOCATIONS, Consistency.LINEARIZABLE)).value().isEmpty());
      assertTrue(
          await(client.list(StateList.MONITORS, Consistency.LINEARIZABLE)).value().isEmpty());
      assertTrue(await(client.list(StateList.HOSTS, Consistency.LINEARIZABLE)).value().isEmpty());
      assertTrue(
          await(client.list(StateList.REPLICAS, Consistency.LINEARIZABLE)).value().isEmpty());
      assertEquals(2, await(client.log(1, 10)).value().size());
      assertEquals("n1", await(client.clusterStatus(servers.addresses().get(1))).replica());
    }
  }

  @Test
  void aWrongRequestFailsAtOnce() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      ExecutionException failure =
          assertThrows(ExecutionException.class, () -> await(client.log(0, 1)));
      assertInstanceOf(ClientException.class, failure.getCause());
    }
  }

  @Test
  void closingEndsWhatIsNotAnswered() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick())) {
      LedgerClient client = servers.client();
      submitAll(client, 0, 1);
      servers.cluster.faults(transaction -> Fault.BUSY);
      CompletableFuture<Result> never = client.submit(new Operation.AddProcessor(1, 0));
      client.close();
      assertInstanceOf(
          ClientException.class,
          assertThrows(ExecutionException.class, () -> await(never)).getCause());
      assertThrows(ClientException.class, () -> client.log(1, 1));
    }
  }

  @Test
  void anAddressMustBeOne() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ClientOptions.of(List.of(URI.create("ftp://x")), "test"));
    assertThrows(IllegalArgumentException.class, () -> ClientOptions.of(List.of(), "test"));
  }

  private static Map<Integer, Result> submitAll(LedgerClient client, int from, int to)
      throws Exception {
    return awaitEach(submitEach(client, from, to));
  }

  private static Map<Integer, CompletableFuture<Result>> submitEach(
      LedgerClient client, int from, int to) {
    Map<Integer, CompletableFuture<Result>> futures = new LinkedHashMap<>();
    for (int processor = from; processor < to; processor++) {
      futures.put(processor, client.submit(new Operation.AddProcessor(processor, 0)));
    }
    return futures;
  }

  private static Map<Integer, Result> awaitEach(Map<Integer, CompletableFuture<Result>> futures)
      throws Exception {
    Map<Integer, Result> results = new LinkedHashMap<>();
    for (Map.Entry<Integer, CompletableFuture<Result>> future : futures.entrySet()) {
      results.put(future.getKey(), await(future.getValue()));
    }
    return results;
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }
}
