package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Services, promises, paths and policies, and a channel that outlives one of its ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServicesTest {
  /**
   * {@code gone}, number 4, was the borrowing end of {@code late}, whose owner {@code io-2} died
   * before it and whose monitor has not let go.
   */
  private static final String SETUP =
      """
      - operations:
          - {op: AddMemory, range: {first: 0, count: 4096}, cell: 0, type: DRAM, zeroed: true}
          - {op: CreatePartition, partition: io-1, kind: IO}
          - {op: CreatePartition, partition: io-2, kind: IO}
          - {op: CreatePartition, partition: web, kind: GUEST}
          - {op: CreatePartition, partition: gone, kind: GUEST}
          - {op: AssignPages, partition: io-2, range: {first: 0, count: 16}, guestFrame: 0, rights: rw}
          - {op: AssignPages, partition: web, range: {first: 16, count: 16}, guestFrame: 0, rights: rw}
          - {op: OpenChannel, channel: net, server: io-1, client: web, range: {first: 16, count: 4}, rights: rw}
          - {op: OpenChannel, channel: late, server: io-2, client: gone, range: {first: 0, count: 4}, rights: rw}
          - {op: PutService, service: network, deviceClass: 0x020000, servers: [io-1]}
          - {op: PutService, service: any, deviceClass: -1, servers: [io-1, io-2]}
          - {op: PutService, service: none, deviceClass: -1, servers: [io-2]}
          - {op: PromiseService, partition: web, service: network}
          - {op: PromiseService, partition: web, service: any}
          - {op: PromiseService, partition: web, service: none}
          - {op: StartPartition, partition: io-1}
          - {op: PutPolicy, policy: placement, document: "one cell each"}
      - operations:
          - {op: AttachHost, host: host0, window: 0, nonce: 5}
          - {op: AttachMonitor, partition: io-2, host: host0, nonce: 6}
      - operations:
          - {op: DestroyPartition, partition: io-2}
          - {op: DestroyPartition, partition: gone}
      """;

  private final Cli cli = new Cli(Map.of());
  private final List<FakeCluster> clusters = new ArrayList<>();

  @BeforeAll
  void startCluster() throws IOException {
    clusters.add(new FakeCluster());
    assertEquals(ExitCode.OK, run("submit", "-"), cli.err + cli.out);
  }

  @AfterAll
  void stopCluster() {
    clusters.forEach(FakeCluster::close);
  }

  @Test
  void servicesAreListedWithTheNamesOfTheirServers() {
    assertEquals(ExitCode.OK, run("get", "services"), cli.err);
    assertEquals(
        """
        SERVICE  DEVICE CLASS  SERVERS
        network  020000        io-1
        any      any           io-1
        none     any           none
        """,
        cli.out);
    assertEquals(-1, json("get", "services").get(1).get("deviceClass").asInt());
  }

  @Test
  void promisesAreListedByName() {
    assertEquals(ExitCode.OK, run("get", "promises"), cli.err);
    assertEquals(
        """
        PARTITION  SERVICE
        web        network
        web        any
        web        none
        """,
        cli.out);
    assertEquals(2, json("get", "promises").get(1).get("service").asInt());
  }

  @Test
  void aPolicysDocumentIsLeftToJson() {
    assertEquals(ExitCode.OK, run("get", "policies"), cli.err);
    assertEquals(
        """
        POLICY     VERSION  CHARACTERS
        placement        2          13
        """,
        cli.out);
    assertEquals("one cell each", json("get", "policies").get(0).get("document").asText());
  }

  @Test
  void aPolicyIsDescribedWithItsDocument() {
    assertEquals(ExitCode.OK, run("describe", "policy", "placement"), cli.err);
    assertTrue(cli.out.contains("version          2\n"), cli.out);
    assertTrue(cli.out.endsWith("\none cell each\n"), cli.out);
    assertEquals("one cell each", json("describe", "policy", "placement").get("document").asText());
    assertEquals(ExitCode.FAILED, run("describe", "policy", "none"));
    assertTrue(cli.err.contains("'ultravisor get policies' lists them"), cli.err);
  }

  @Test
  void aDescriptionSaysWhyAServerIsNoPath() {
    assertEquals(ExitCode.OK, run("describe", "partition", "web"), cli.err);
    assertTrue(
        cli.out.contains(
            """
            SERVICE  SERVER  PATH
            network  io-1    no: has no device of class 020000
            any      io-1    yes
            none     none    no: the service has no server
            """),
        cli.out);
    JsonNode paths = json("describe", "partition", "web").get("paths");
    assertEquals(3, paths.size());
    assertEquals("has no device of class 020000", paths.get(0).get("missing").asText());
  }

  @Test
  void aDescriptionNamesTheServicesThatAServerGives() {
    assertEquals(ExitCode.OK, run("describe", "partition", "io-1"), cli.err);
    assertTrue(cli.out.contains("services that it gives  network, any"), cli.out);
    assertEquals(2, json("describe", "partition", "io-1").get("services").size());
  }

  @Test
  void anEndThatIsGoneIsShownByItsNumber() {
    assertEquals(ExitCode.OK, run("get", "channels"), cli.err);
    assertTrue(cli.out.contains("late     CLOSING     io-2    #4"), cli.out);
    assertEquals(ExitCode.OK, run("get", "loans"), cli.err);
    assertEquals(ExitCode.OK, run("get", "revocations"), cli.err);
    assertEquals(ExitCode.OK, run("describe", "partition", "io-2"), cli.err);
    assertTrue(cli.out.contains("#4"), cli.out);
  }

  @Test
  void whySaysWhomAClosingChannelWaitsFor() {
    assertEquals(ExitCode.OK, run("why", "io-2"), cli.err);
    assertTrue(cli.out.contains("channel closing of loan 2"), cli.out);
    assertTrue(cli.out.contains("to close channel 'late': the monitor of 'io-2'"), cli.out);
    assertTrue(cli.out.contains("ultravisor fence io-2"), cli.out);
  }

  private JsonNode json(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--json");
    assertEquals(ExitCode.OK, run(all.toArray(String[]::new)), cli.err);
    try {
      return new ObjectMapper().readTree(cli.out);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + cli.out, e);
    }
  }

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--cluster", clusters.getFirst().address()));
    return cli.input(SETUP).run(all.toArray(String[]::new));
  }
}
