package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.node.local.Acknowledged;
import org.ultravisor.node.local.AuditCheck;
import org.ultravisor.node.local.ChildProcess;
import org.ultravisor.node.local.ClusterClient;
import org.ultravisor.node.local.Directories;
import org.ultravisor.node.local.FreePorts;
import org.ultravisor.node.local.Load;
import org.ultravisor.node.local.LocalCluster;
import org.ultravisor.node.local.LocalOptions;
import org.ultravisor.node.local.Waiting;

/**
 * What docs/operations.md says, typed: real processes, the command line, and a load that must not
 * notice. Three members become five and three again, one dies and is replaced, and a backup becomes
 * a cluster of its own.
 */
class ClusterVerbsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final LocalOptions OPTIONS = LocalOptions.forShortRuns(3);

  private final Cli cli = new Cli(Map.of());
  private final Map<String, ChildProcess> joined = new TreeMap<>();
  private final Map<String, String> commands = new TreeMap<>();
  private final Map<String, String> rafts = new TreeMap<>();

  @Test
  void membersComeAndGoAndABackupIsRestored() throws Exception {
    try (Directories places = Directories.create("verbs");
        LocalCluster cluster = LocalCluster.start(places, OPTIONS)) {
      cluster.ids().forEach(id -> commands.put(id, cluster.commandAddress(id)));
      List<Outcome> answers;
      Path backup = places.disk().resolve("backup");
      try (ClusterClient client =
          ClusterClient.connect(cluster.commandAddresses(), "verbs", PATIENCE)) {
        client.commit(
            List.of(
                new Operation.AddMemory(new PageRange(0, 1 << 16), 0, MemoryType.DRAM, true),
                new Operation.CreatePartition("p", PartitionKind.GUEST, Limits.NONE)));
        try (Load load = Load.start(client, "p", List.of(0), 2)) {
          change(places, cluster, backup);
          load.stop(); // throws if any request was not answered
          answers = load.acknowledged().stream().map(Acknowledged::outcome).toList();
        }
      }
      done("cluster", "remove", "r3", "--force"); // so that what is stopped now ends in order
      commands.remove("r3");
      Waiting.until("both have everything", PATIENCE, () -> sequences().distinct().count() == 1);
      stop("r5");
      stop("r6");
      AuditCheck audit = AuditCheck.of(List.of(data(places, "r5"), data(places, "r6")), answers);
      assertTrue(audit.verified(), audit.problem());
      assertEquals(0, audit.lost());
      assertEquals(
          answers.size(), answers.stream().map(Outcome::sequence).distinct().count(), "once each");
      restore(places, backup);
    } finally {
      joined.values().forEach(ChildProcess::close);
    }
  }

  private void change(Directories places, LocalCluster cluster, Path backup) throws Exception {
    Waiting.until("every replica is attached", PATIENCE, () -> attached().size() == 3);
    assertEquals(ExitCode.FAILED, run("cluster", "activate-rules", "2"));
    assertTrue(cli.err.contains("replica 'r1' knows 1"), cli.err);

    add(places, "r4");
    add(places, "r5");
    assertEquals(5, members().size());
    done("cluster", "snapshot");
    done("cluster", "transfer", "r4");
    done("cluster", "backup", backup.toString());
    done("cluster", "backup", "--verify", backup.toString());
    done("cluster", "remove", "r1");
    done("cluster", "remove", "r2");
    for (String gone : List.of("r1", "r2")) {
      Waiting.until(gone + " ends", PATIENCE, () -> !cluster.isAlive(gone));
      assertEquals(0, cluster.stop(gone), "exit code of a replica that was removed");
      commands.remove(gone);
    }
    assertFalse(attached().contains("r1"), "the ledger forgets who left");

    taken("r4").kill();
    commands.remove("r4");
    start(places, "r6");
    done("cluster", "replace", "r4", "r6", "--raft", raft("r6"), "--command", command("r6"));
    assertEquals(List.of("r3", "r5", "r6"), members());
    assertFalse(attached().contains("r4"), "the ledger forgets who died");
    String metrics = metrics("r6");
    for (String member : List.of("r3", "r5", "r6")) {
      assertTrue(
          metrics.contains("ledger_raft_peer_match_index{peer=\"" + member + "\"}"), metrics);
    }
    assertFalse(metrics.contains("{peer=\"r1\"}"), metrics);
  }

  private String metrics(String replica) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI address = URI.create("http://" + command(replica) + "/metrics");
      return http.send(
              HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private void restore(Directories places, Path backup) throws Exception {
    List<Integer> ports = FreePorts.find(2);
    Path file = places.disk().resolve("n1.yaml");
    Files.writeString(
        file,
        """
        id: n1
        dataDirectory: '%s'
        host: {name: localhost, window: 0, directory: '%s'}
        plainText: true
        replicas:
          - {id: n1, host: 127.0.0.1, raftPort: %d, commandPort: %d}
        """
            .formatted(data(places, "n1"), places.host(), ports.get(0), ports.get(1)));
    assertEquals(
        ExitCode.OK, cli.run("cluster", "restore", backup.toString(), "--config", file.toString()));
    commands.clear();
    commands.put("n1", "127.0.0.1:" + ports.get(1));
    launch(places, "n1", file);
    Waiting.until("n1 leads", PATIENCE, () -> run("cluster", "status") == ExitCode.OK);
    done("get", "partitions", "--json");
    assertEquals("p", json().get(0).get("name").asText());
    done("audit", "verify");
    stop("n1");
  }

  private void add(Directories places, String id) throws Exception {
    start(places, id);
    done("cluster", "add", id, "--raft", raft(id), "--command", command(id));
    assertTrue(members().contains(id), cli.out);
  }

  /** As the command line says: its configuration is printed, then it is started. */
  private void start(Directories places, String id) throws Exception {
    List<Integer> ports = FreePorts.find(2);
    String raft = "127.0.0.1:" + ports.get(0);
    String command = "127.0.0.1:" + ports.get(1);
    done(
        "cluster",
        "config",
        id,
        "--raft",
        raft,
        "--command",
        command,
        "--directory",
        data(places, id).toString(),
        "--host-name",
        "localhost",
        "--host-directory",
        places.host().toString());
    Path file = places.disk().resolve(id + ".yaml");
    Files.writeString(file, cli.out);
    rafts.put(id, raft);
    launch(places, id, file);
    commands.put(id, command);
  }

  private String raft(String id) {
    return Objects.requireNonNull(rafts.get(id));
  }

  private String command(String id) {
    return Objects.requireNonNull(commands.get(id));
  }

  private ChildProcess taken(String id) {
    return Objects.requireNonNull(joined.remove(id));
  }

  private void launch(Directories places, String id, Path configuration) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS.jvmOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("org.ultravisor.node.Main", "replica", "--id", id, "--config"));
    command.add(configuration.toString());
    joined.put(id, ChildProcess.start(id, places.disk().resolve(id + ".log"), command));
  }

  private void stop(String id) throws InterruptedException {
    taken(id).stop();
  }

  private static Path data(Directories places, String id) {
    return places.disk().resolve(id);
  }

  private void done(String... args) {
    int exitCode = run(args);
    assertEquals(ExitCode.OK, exitCode, () -> String.join(" ", args) + ": " + cli.out + cli.err);
  }

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    if (!all.contains("--verify")) {
      all.addAll(List.of("--cluster", String.join(",", commands.values())));
    }
    return cli.run(all.toArray(String[]::new));
  }

  private List<String> members() throws IOException {
    run("cluster", "status", "--json"); // one that joins takes part in Raft before it listens
    for (JsonNode replica : json().get("replicas")) {
      if (replica.at("/status/role").asText().equals("LEADER")) {
        return replica.at("/status/members").findValuesAsText("replica").stream().sorted().toList();
      }
    }
    throw new IOException("nobody leads: " + cli.out);
  }

  private LongStream sequences() throws IOException {
    done("cluster", "status", "--json");
    return StreamSupport.stream(json().get("replicas").spliterator(), false)
        .mapToLong(replica -> replica.at("/status/sequence").asLong());
  }

  /** Replicas that the ledger counts. */
  private List<String> attached() throws IOException {
    done("get", "replicas", "--json");
    return json().findValuesAsText("replica");
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(cli.out);
  }
}
