package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs that talk to a cluster, as somebody would use them one after the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VerbsTest {
  private static final String SETUP =
      """
      - issuer: tester
        operations:
          - {op: AddMemory, range: {first: 0, count: 4096}, cell: 0, type: DRAM, zeroed: true}
          - {op: AddProcessor, processor: 3, cell: 0}
          - {op: AddDevice, address: "0000:00:1f.2", deviceClass: 67073, iommuGroup: 4, cell: 0}
          - {op: CreatePartition, partition: web, kind: GUEST, limits: {pages: 2000, processors: 1}}
          - {op: StartPartition, partition: web}
          - {op: AssignPages, partition: web, range: {first: 256, count: 512}, guestFrame: 0, rights: rw}
          - {op: AssignProcessor, partition: web, processor: 3}
          - {op: AssignDevice, partition: web, address: "0000:00:1f.2"}
      - operations:
          - {op: AttachHost, host: host0, window: 0, nonce: 5}
          - {op: AttachMonitor, partition: web, host: host0, nonce: 6}
      - operations:
          - {op: ReleasePages, partition: web, range: {first: 256, count: 128}}
      """;

  private final ObjectMapper mapper = new ObjectMapper();
  private final Cli cli = new Cli(Map.of());
  private final List<FakeCluster> clusters = new ArrayList<>();

  @BeforeAll
  void startCluster() throws IOException {
    clusters.add(new FakeCluster());
    assertEquals(ExitCode.OK, cli.input(SETUP).run(at("submit", "-")), cli.err + cli.out);
  }

  @AfterAll
  void stopCluster() {
    clusters.forEach(FakeCluster::close);
  }

  @Test
  @Order(1)
  void submitPrintsATable() {
    assertEquals(
        ExitCode.FAILED,
        cli.input("operations: [{op: StartPartition, partition: none}]").run(at("submit", "-")));
    assertTrue(cli.out.contains("refused"), cli.out);
    assertTrue(cli.out.contains("PARTITION_NOT_FOUND"), cli.out);
    assertEquals(
        ExitCode.FAILED,
        cli.input(
                """
                [{"operations": [{"op": "StartPartition", "partition": "none"}]},
                 {"operations": [{"op": "SetLimits", "partition": "web", "limits": {}}]}]
                """)
            .run(at("submit", "-", "--json")));
    assertEquals(1, cli.out.lines().count(), "stops at the first that is refused: " + cli.out);
    assertEquals("Refused", json().get("outcome").asText());
    assertTrue(json().get("session").asLong() > 0, cli.out);
  }

  @Test
  @Order(2)
  void malformedTransactionsChangeNothing() {
    for (String text : List.of("{\"operations\": [", "operations: [{op: Nonsense}]", "a: b", "")) {
      assertEquals(ExitCode.FAILED, cli.input(text).run(at("submit", "-")), text);
      assertTrue(cli.err.contains("nothing was submitted"), cli.err);
    }
    assertEquals(ExitCode.FAILED, cli.run(at("submit", "/does/not/exist")));
    assertTrue(cli.err.contains("cannot read /does/not/exist"), cli.err);
  }

  @ParameterizedTest
  @Order(3)
  @ValueSource(
      strings = {
        "partitions",
        "memory",
        "devices",
        "processors",
        "revocations",
        "monitors",
        "hosts"
      })
  void getLists(String what) {
    assertEquals(ExitCode.OK, cli.run(at("get", what)), cli.err);
    assertTrue(cli.out.lines().count() == 2, cli.out);
    assertEquals(ExitCode.OK, cli.run(at("get", what, "--json", "--stale")), cli.err);
    assertEquals(1, json().size(), cli.out);
  }

  @Test
  @Order(3)
  void getSaysWhenThereIsNothing() {
    assertEquals(ExitCode.OK, cli.run(at("get", "replicas")));
    assertEquals("There are no replicas.\n", cli.out);
    assertEquals(ExitCode.USAGE, cli.run(at("get", "dragons")));
    assertEquals(ExitCode.USAGE, cli.run("get", "views"));
    assertEquals(ExitCode.FAILED, cli.run("get", "views", "--host-directory", "/does/not/exist"));
    assertTrue(cli.err.contains("not a host's directory"), cli.err);
  }

  @Test
  @Order(3)
  void describeShowsAll() {
    assertEquals(ExitCode.OK, cli.run(at("describe", "partition", "web")), cli.err);
    assertTrue(cli.out.contains("384 (1.5 MiB)"), cli.out);
    assertTrue(cli.out.contains("0000:00:1f.2"), cli.out);
    assertTrue(cli.out.contains("Not there yet"), cli.out);
    assertEquals(ExitCode.OK, cli.run(at("describe", "partition", "web", "--json")));
    assertEquals(1, json().get("memory").size(), cli.out);
    assertEquals(1, json().get("pending").size());
    assertEquals(0, json().get("reservations").size());
    assertEquals("web", json().get("partition").get("name").asText());
    assertEquals(ExitCode.FAILED, cli.run(at("describe", "partition", "none")));
    assertTrue(cli.err.contains("no partition is named 'none'"), cli.err);
  }

  @Test
  @Order(3)
  void whySaysWhatIsAwaitedAndWhatToDo() {
    assertEquals(ExitCode.OK, cli.run(at("why", "web")), cli.err);
    assertTrue(cli.out.contains("release (revocation 1)"), cli.out);
    assertTrue(cli.out.contains("the monitor of 'web'"), cli.out);
    assertTrue(cli.out.contains("ultravisor fence web"), cli.out);
    assertEquals(ExitCode.OK, cli.run(at("why", "web", "--json")));
    assertEquals("RELEASE", json().get(0).get("step").asText());
    assertEquals(ExitCode.FAILED, cli.run(at("why", "none")));
    assertTrue(cli.err.contains("no partition is named 'none'"), cli.err);
  }

  @Test
  @Order(3)
  void ownerSaysWho() {
    assertEquals(ExitCode.OK, cli.run(at("owner", "0x200000")));
    assertTrue(cli.out.contains("frame 512 (address 0x200000): owned by web, in cell 0"), cli.out);
    assertEquals(ExitCode.OK, cli.run(at("owner", "256")));
    assertTrue(cli.out.contains("being revoked by revocation 1"), cli.out);
    assertEquals(ExitCode.OK, cli.run(at("owner", "0", "--json")));
    assertEquals("AVAILABLE", json().get("kind").asText());
    assertEquals(ExitCode.USAGE, cli.run(at("owner", "here")));
    assertTrue(cli.err.contains("'here' is neither a frame"), cli.err);
  }

  @Test
  @Order(3)
  void statusTellsWhetherItHappened() {
    assertEquals(ExitCode.OK, cli.run(at("status", "999", "1")));
    assertTrue(cli.out.contains("not open"), cli.out);
    assertEquals(ExitCode.OK, cli.run(at("status", "1", "999", "--json")));
    assertTrue(json().has("status"), cli.out);
    assertEquals(ExitCode.USAGE, cli.run(at("status", "x", "1")));
  }

  @Test
  @Order(3)
  void clusterStatusShowsHashes() {
    assertEquals(ExitCode.OK, cli.run(at("cluster", "status")), cli.err);
    assertTrue(cli.out.contains("LEADER"), cli.out);
    assertEquals(ExitCode.OK, cli.run(at("cluster", "status", "--json")));
    assertEquals(
        "r1", json().get("replicas").get(0).get("status").get("replica").asText(), cli.out);
    assertEquals(ExitCode.USAGE, cli.run("cluster"));
  }

  @Test
  @Order(3)
  void watchShowsLeavesInOrder() {
    assertEquals(ExitCode.OK, cli.run(at("watch", "--from", "1", "--count", "3", "--json")));
    List<String> lines = cli.out.lines().toList();
    assertEquals(3, lines.size(), cli.out);
    for (int i = 0; i < 3; i++) {
      assertEquals(i + 1, parse(lines.get(i)).get("sequence").asInt());
    }
  }

  @Test
  @Order(3)
  void auditLogReplayAndOwner() {
    assertEquals(ExitCode.OK, cli.run(at("audit", "log", "--from", "2", "--to", "3")), cli.err);
    assertEquals(3, cli.out.lines().count(), cli.out);
    assertEquals(ExitCode.OK, cli.run(at("audit", "log", "--json")));
    long last = cli.out.lines().count();
    assertEquals(ExitCode.OK, cli.run(at("audit", "replay", "--to", "2", "--json")), cli.err);
    assertEquals(2, json().get("sequence").asInt());
    assertEquals(ExitCode.OK, cli.run(at("audit", "owner", "--page", "512", "--at", "1")));
    assertTrue(cli.out.contains("not installed"), cli.out);
    assertEquals(ExitCode.OK, cli.run(at("audit", "owner", "--page", "512", "--at", "" + last)));
    assertTrue(cli.out.contains("owned by web"), cli.out);
    assertEquals(ExitCode.FAILED, cli.run(at("audit", "replay", "--to", "99999")));
    assertTrue(cli.err.contains("99999 is not one of them"), cli.err);
  }

  @Test
  @Order(4)
  void fenceIsRecordedAsWithoutEvidence() {
    assertEquals(ExitCode.USAGE, cli.run(at("fence", "web")));
    assertEquals(ExitCode.OK, cli.run(at("fence", "web", "--reason", "unplugged")), cli.err);
    assertTrue(cli.out.contains("without evidence"), cli.out);
    assertEquals(ExitCode.FAILED, cli.run(at("fence", "web", "--reason", "again")));
    assertTrue(cli.err.contains("no monitor attached"), cli.err);
    assertEquals(ExitCode.OK, cli.run(at("audit", "verify", "--json")), cli.out + cli.err);
    assertTrue(json().get("good").asBoolean());
    assertEquals(1, json().get("fencedWithoutEvidence").size());
    assertEquals(ExitCode.OK, cli.run(at("audit", "verify")));
    assertTrue(cli.out.contains("guarantee is void"), cli.out);
  }

  /** A planted fault: an audit that would believe the leaves' own hashes would miss it. */
  @Test
  @Order(5)
  void verifyFindsALeafWithAnotherHash() {
    clusters.getFirst().lie();
    assertEquals(ExitCode.FAILED, cli.run(at("audit", "verify", "--json")));
    assertFalse(json().get("good").asBoolean());
    assertTrue(json().get("difference").asText().contains("leaf 1: its state hash"), cli.out);
    assertEquals(ExitCode.FAILED, cli.run(at("audit", "replay")));
    assertTrue(cli.err.contains("leaf 1 says state hash"), cli.err);
  }

  @Test
  @Order(6)
  void anUnknownOutcomeHasItsOwnExitCode() {
    clusters.getFirst().loseAnswers();
    assertEquals(
        ExitCode.UNKNOWN,
        cli.input("operations: [{op: OpenSession, nonce: 9}]\nsession: 1\nrequestId: 77\n")
            .run(at("submit", "-", "--timeout", "1")),
        cli.out + cli.err);
    assertTrue(cli.out.contains("ultravisor status 1 77"), cli.out);
  }

  @Test
  @Order(7)
  void anUnreachableClusterIsSaidSo() {
    String[] nowhere = {
      "get", "partitions", "--cluster", "127.0.0.1:1", "--timeout", "1", "--json"
    };
    assertEquals(ExitCode.FAILED, cli.run(nowhere));
    assertTrue(cli.err.contains("Is the cluster running"), cli.err);
    assertEquals(1, json().get("exitCode").asInt());
    assertEquals(
        ExitCode.FAILED,
        cli.run("cluster", "status", "--cluster", "127.0.0.1:1", "--timeout", "1"));
    assertTrue(cli.out.contains("UNREACHABLE"), cli.out);
  }

  @Test
  @Order(7)
  void whichClusterComesFromFlagEnvironmentOrDemo(@TempDir Path state) {
    assertEquals(ExitCode.USAGE, new Cli(Map.of("HOME", state.toString())).run("get", "hosts"));
    Cli other = new Cli(Map.of("ULTRAVISOR_CLUSTER", clusters.getFirst().address()));
    assertEquals(ExitCode.OK, other.run("get", "hosts"), other.err);
    assertEquals(ExitCode.USAGE, cli.run("get", "hosts", "--cluster", "nonsense"));
    assertTrue(cli.err.contains("HOST:PORT"), cli.err);
  }

  private String[] at(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--cluster");
    all.add(clusters.getFirst().address());
    return all.toArray(String[]::new);
  }

  private JsonNode json() {
    return parse(cli.out);
  }

  private JsonNode parse(String text) {
    try {
      return mapper.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
