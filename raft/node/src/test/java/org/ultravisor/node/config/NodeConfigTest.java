package org.ultravisor.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ultravisor.raft.replica.Transport;

/** A good file is read; each bad one is refused with its line and field. */
class NodeConfigTest {
  private static final String GOOD =
      """
      id: r2
      replicas:
        - {id: r1, host: 127.0.0.1, raftPort: 9101, commandPort: 8101}
        - {id: r2, host: "::1", raftPort: 9102, commandPort: 8102}
      dataDirectory: data/r2
      host:
        name: host0
        window: 3
        directory: /dev/shm/uv
      election: {minimumMillis: 1500, maximumMillis: 3000}
      plainText: true
      """;

  @TempDir Path directory = Path.of("");

  @Test
  void aGoodFile() throws IOException, ConfigException {
    NodeConfig config = NodeConfig.read(file(GOOD), "r2");
    assertEquals(
        new NodeConfig(
            "r2",
            List.of(
                new NodeConfig.Member("r1", "127.0.0.1", 9101, 8101),
                new NodeConfig.Member("r2", "::1", 9102, 8102)),
            directory.resolve("data/r2").toAbsolutePath(),
            new NodeConfig.Host("host0", 3, Path.of("/dev/shm/uv")),
            new NodeConfig.Election(1500, 3000)),
        config);
    assertEquals("[::1]:8102", config.self().commandAddress());
  }

  @Test
  void theSameAsJson() throws IOException, ConfigException {
    NodeConfig config =
        NodeConfig.read(
            file(
                """
                {"id": "r1", "plainText": true, "dataDirectory": "/d", "host": {"name": "h", "directory": "shm"},
                 "replicas": [{"id": "r1", "host": "localhost", "raftPort": 1, "commandPort": 2}]}
                """));
    assertEquals(NodeConfig.Election.DEFAULT, config.election());
    assertEquals(0, config.host().window());
    assertEquals(Transport.WIRE, config.transport());
  }

  @Test
  void whoJoinsNamesTheCluster() throws IOException, ConfigException {
    String cluster = "0b2c3d4e-0000-3000-8000-00000000abcd";
    NodeConfig config = NodeConfig.read(file(GOOD + "join: {cluster: " + cluster + "}\n"));
    assertEquals(Optional.of(new NodeConfig.Join(UUID.fromString(cluster), false)), config.join());
    Path wrong = file(GOOD + "join: {cluster: here}\n");
    ConfigException e = assertThrows(ConfigException.class, () -> NodeConfig.read(wrong));
    assertTrue(e.toString().contains("join.cluster must be a UUID"), e.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          raftPort: 9102        | raftPort: 70000         | replica.yaml:4:27: replicas.1.raftPort must be a whole number in 1..65535: 70000
          raftPort: 9102        | raftPort: 9101.5        | replicas.1.raftPort must be a whole number
          raftPort: 9102        | raftPort: '"x"'         | replicas.1.raftPort must be a whole number
          raftPort: 9102,       | ''                      | replicas.1 lacks the field 'raftPort'
          commandPort: 8102     | commandPort: 9102       | replicas.1.commandPort is taken by another entry: [::1]:9102
          - {id: r2             | - {id: r1               | replica.yaml:4:6: replicas.1.id is listed twice: r1
          id: r2                | id: r3                  | replica.yaml:1:1: id 'r3' is not one of the replicas listed
          id: r2                | id: a/b                 | id must be 1 to 64 letters
          name: host0           | name: ""                | host.name must not be empty
          window: 3             | window: 1048576         | replica.yaml:8:3: host.window must be a whole number in 0..1048575
          election:             | elections:              | elections is not known; known here: dataDirectory, election, guard, host, id, join, limits, plainText, replicas, tls, transport
          dataDirectory: data/r2 | dataDirectory: [a]     | dataDirectory must be text
          maximumMillis: 3000   | maximumMillis: 1500     | election.maximumMillis must be a whole number in 1501..
          election:             | 'transport: udp\nelection:' | replica.yaml:10:1: transport must be wire or grpc: 'udp'
          plainText: true       | plainText: false        | tls is missing: give certificate, key and trust ('ultravisor cluster certs DIRECTORY'
          plainText: true       | ''                      | tls is missing
          plainText: true       | plainText: 1            | replica.yaml:11:1: plainText must be true or false: 1
          host: 127.0.0.1       | host: 10.0.0.1          | plainText is for replicas that are all on this machine; r1 is at 10.0.0.1
          host: 127.0.0.1       | host: elsewhere         | plainText is for replicas that are all on this machine; r1 is at elsewhere
          plainText: true       | 'plainText: true\ntls: {certificate: c, key: k, trust: t}' | plainText cannot be true where there is 'tls'
          plainText: true       | 'tls: {certificate: c, key: k}' | tls lacks the field 'trust'
          plainText: true       | 'plainText: true\nlimits: {burst: 0}' | limits.burst must be a whole number in 1..
          host:                 | host: [                 | replica.yaml:
          id: r2                | 'id: r2\nid: r2'        | Duplicate field 'id'
          """)
  void aBadFile(String from, String to, String message) throws IOException {
    String text =
        GOOD.replaceFirst(
            java.util.regex.Pattern.quote(from),
            java.util.regex.Matcher.quoteReplacement(to.translateEscapes()));
    Path file = file(text);
    ConfigException e = assertThrows(ConfigException.class, () -> NodeConfig.read(file));
    assertTrue(e.toString().contains(message), e.toString());
    assertTrue(e.toString().contains(file.toString()), e.toString());
  }

  @Test
  void anotherReplicasFile() throws IOException {
    Path file = file(GOOD);
    ConfigException e = assertThrows(ConfigException.class, () -> NodeConfig.read(file, "r1"));
    assertTrue(e.toString().contains("id is 'r2', but --id says 'r1'"), e.toString());
  }

  @Test
  void noFile() {
    Path file = directory.resolve("none.yaml");
    ConfigException e = assertThrows(ConfigException.class, () -> NodeConfig.read(file));
    assertTrue(e.toString().contains("cannot read the configuration file " + file));
  }

  @Test
  void clusterStateIsWrittenReadAndForgotten() throws IOException, ConfigException {
    ClusterState state = ClusterState.ofUser(Map.of("XDG_STATE_HOME", directory.toString()));
    assertEquals(List.of(), state.read());
    state.write(List.of("127.0.0.1:1", "127.0.0.1:2"));
    assertEquals(List.of("127.0.0.1:1", "127.0.0.1:2"), state.read());
    state.clear();
    assertEquals(List.of(), state.read());
    assertEquals(
        Path.of("/home/x/.local/state/ultravisor/cluster.json"),
        ClusterState.ofUser(Map.of("HOME", "/home/x")).file());
  }

  private Path file(String text) throws IOException {
    Path file = directory.resolve("replica.yaml");
    Files.writeString(file, text);
    return file;
  }
}
