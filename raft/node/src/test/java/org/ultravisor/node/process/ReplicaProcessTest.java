package org.ultravisor.node.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.client.ClientOptions;
import org.ultravisor.ledger.command.client.LedgerClient;
import org.ultravisor.ledger.command.client.Result;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.ReplicaInfo;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.node.host.FakeAnswers;
import org.ultravisor.node.local.FreePorts;

/** A whole replica process in this JVM, with monitors and an agent that are files only. */
class ReplicaProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path root = Path.of("");
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ReplicaProcess> running = new ArrayList<>();
  private HostDirectory host = new HostDirectory(root);
  private List<NodeConfig.Member> members = List.of();
  private URI channel = URI.create("http://localhost");
  private final Semaphore changes = new Semaphore(0);
  private @Nullable LedgerClient leaves;

  @BeforeEach
  void nameTheHost() {
    host = new HostDirectory(root.resolve("host"));
  }

  @AfterEach
  void stop() throws IOException {
    if (leaves != null) {
      leaves.close();
    }
    for (ReplicaProcess process : running) {
      process.close();
    }
    http.close();
  }

  /** A page goes from a partition back to the free ones by nothing but the files' answers. */
  @Test
  void aRevocationIsCarriedThroughByTheHostsFiles() throws Exception {
    startReplicas(1);
    commit(
        new Operation.AddMemory(new PageRange(0, 64), 0, MemoryType.DRAM, true),
        new Operation.CreatePartition("p", PartitionKind.GUEST, Limits.NONE),
        new Operation.StartPartition("p"),
        new Operation.AssignPages("p", new PageRange(8, 8), 0, Rights.READ_WRITE));
    await(Forms.listOf(ReplicaInfo.class), "/v1/replicas", found -> found.size() == 1);

    FakeAnswers.agent(host.hostAck(), "h", 70, 0, new long[0]);
    HostInfo agent =
        await(Forms.listOf(HostInfo.class), "/v1/hosts", found -> found.size() == 1).getFirst();
    FakeAnswers.agent(host.hostAck(), "h", 70, agent.incarnation(), new long[0]);

    long pid = ProcessHandle.current().pid();
    FakeAnswers.monitor(host.monitorAck("p"), "p", 80, pid, 0, 0, 0, 0);
    MonitorInfo monitor =
        await(Forms.listOf(MonitorInfo.class), "/v1/monitors", found -> found.size() == 1)
            .getFirst();

    commit(new Operation.ReleasePages("p", new PageRange(8, 4)));
    RevocationInfo revocation =
        await(Forms.listOf(RevocationInfo.class), "/v1/revocations", found -> found.size() == 1)
            .getFirst();
    assertEquals(List.of(monitor.incarnation()), revocation.awaited());
    FakeAnswers.monitor(
        host.monitorAck("p"), "p", 80, pid, 0, monitor.incarnation(), revocation.revokedAt(), 0);
    await(
        Forms.listOf(RevocationInfo.class),
        "/v1/revocations",
        found -> found.getFirst().scrubDue());
    assertTrue(Files.exists(host.view("r1", "p")), "the monitor answered to a view");
    FakeAnswers.agent(
        host.hostAck(), "h", 70, agent.incarnation(), new long[] {revocation.revocation()});
    await(Forms.listOf(RevocationInfo.class), "/v1/revocations", List::isEmpty);
    assertEquals(PageInfo.Kind.AVAILABLE, get(Forms.of(PageInfo.class), "/v1/owner/8").kind());
    assertEquals(PageInfo.Kind.OWNED, get(Forms.of(PageInfo.class), "/v1/owner/12").kind());
  }

  /** Followers attach through the leader; all three write the same views. */
  @Test
  void threeReplicasAttach() throws Exception {
    startReplicas(3);
    assertEquals(
        3,
        await(Forms.listOf(ReplicaInfo.class), "/v1/replicas?stale=true", f -> f.size() == 3)
            .size());
    ClusterStatus status = get(Forms.of(ClusterStatus.class), "/v1/status");
    assertEquals(3, status.members().size());
    assertEquals(
        List.of("r1", "r2", "r3"),
        status.members().stream().map(ClusterStatus.Member::replica).sorted().toList());
  }

  /** Through the channel, the log on three disks, three state machines and back. */
  @Test
  void tenThousandAssignmentsAreOneTransaction() throws Exception {
    startReplicas(3);
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.AddMemory(new PageRange(0, 1 << 16), 0, MemoryType.DRAM, true));
    operations.add(new Operation.CreatePartition("p", PartitionKind.GUEST, Limits.NONE));
    for (int i = 0; i < 10_000; i++) {
      operations.add(
          new Operation.AssignPages("p", new PageRange(2L * i, 1), 3L * i, Rights.READ_WRITE));
    }
    commit(operations.toArray(Operation[]::new));
    PartitionInfo p = get(Forms.of(PartitionInfo.class), "/v1/partitions/p");
    assertEquals(10_000, p.actualPages());
  }

  @Test
  void aSecondProcessOnTheSameDirectoryIsRefused() throws Exception {
    startReplicas(1);
    NodeConfig config = config(1);
    NodeConfig other =
        new NodeConfig(
            "r1", config.replicas(), config.dataDirectory(), config.host(), config.election());
    String message = assertThrows(IOException.class, () -> ReplicaProcess.start(other)).toString();
    assertTrue(message.contains("in use"), message);
  }

  @Test
  void aCommandPortThatIsTakenIsSaid() throws Exception {
    startReplicas(1);
    int taken = members.getFirst().commandPort();
    int free = FreePorts.find(1).getFirst();
    NodeConfig.Member member = new NodeConfig.Member("x", "127.0.0.1", free, taken);
    NodeConfig config =
        new NodeConfig(
            "x",
            List.of(member),
            root.resolve("x"),
            new NodeConfig.Host("h", 0, root.resolve("host")),
            new NodeConfig.Election(300, 600));
    String message = assertThrows(IOException.class, () -> ReplicaProcess.start(config)).toString();
    assertTrue(message.contains("cannot listen at 127.0.0.1 port " + taken), message);
  }

  private void startReplicas(int count) throws Exception {
    List<Integer> ports = FreePorts.find(2 * count);
    List<NodeConfig.Member> listed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      listed.add(
          new NodeConfig.Member(
              "r" + (i + 1), "127.0.0.1", ports.get(2 * i), ports.get(2 * i + 1)));
    }
    members = listed;
    for (int i = 1; i <= count; i++) {
      running.add(ReplicaProcess.start(config(i)));
    }
    channel = running.getFirst().address();
    commit(new Operation.AddProcessor(0, 0)); // waits for a leader
    leaves = LedgerClient.of(ClientOptions.of(List.of(channel), "test"));
    leaves.watch(1, leaf -> changes.release());
  }

  private NodeConfig config(int number) {
    return new NodeConfig(
        "r" + number,
        members,
        root.resolve("r" + number),
        new NodeConfig.Host("h", 0, root.resolve("host")),
        new NodeConfig.Election(500, 1000));
  }

  private void commit(Operation... operations) throws Exception {
    try (LedgerClient client = LedgerClient.of(ClientOptions.of(List.of(channel), "test"))) {
      assertInstanceOf(Result.Committed.class, client.submit(operations).get());
    }
  }

  private <T> T get(Form<T> form, String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(channel.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertEquals(200, response.statusCode(), path);
    return JsonText.readAnswer(form, response.body());
  }

  /** Asks again with each leaf, as nothing else changes answers, until it is as expected. */
  private <T> T await(Form<T> form, String path, Predicate<T> expected)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      T answer = get(form, path);
      if (expected.test(answer)) {
        return answer;
      }
      long left = deadline - System.nanoTime();
      assertTrue(changes.tryAcquire(left, TimeUnit.NANOSECONDS), path + " still answers " + answer);
    }
  }
}
