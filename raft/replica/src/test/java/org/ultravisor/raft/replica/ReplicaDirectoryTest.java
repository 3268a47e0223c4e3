package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.store.DurableFiles;

/** A directory is formatted once, for one replica of one cluster, and used by one process. */
final class ReplicaDirectoryTest {
  private static final Peer R1 = new Peer("r1", "127.0.0.1", 7001);
  private static final Peer R2 = new Peer("r2", "127.0.0.1", 7002);
  private static final Peer R3 = new Peer("r3", "127.0.0.1", 7003);
  private static final List<Peer> PEERS = List.of(R1, R2, R3);

  @TempDir Path root;

  private ReplicaConfig config(String id, Peer... peers) {
    return ReplicaConfig.of(id, peers.length == 0 ? PEERS : List.of(peers), root.resolve("data"));
  }

  private void format() throws IOException {
    ReplicaDirectory.open(config("r1")).close();
  }

  private void refuses(Class<? extends Exception> type, String reason, Executable attempt)
      throws IOException {
    Map<String, String> before = contents();
    Exception e = assertThrows(type, attempt);
    assertTrue(String.valueOf(e.getMessage()).contains(reason), e.getMessage());
    assertEquals(before, contents(), "a refusal changes nothing");
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        contents.put(
            root.relativize(path).toString(),
            Files.isDirectory(path) ? "directory" : Files.readString(path));
      }
    }
    return contents;
  }

  @Test
  void isFormattedOnceAndOpenedAgain() throws IOException {
    format();
    Map<String, String> formatted = contents();
    format();
    assertEquals(formatted, contents());
    ReplicaDirectory.open(config("r1", R3, R1, R2)).close(); // the order of peers says nothing
  }

  @Test
  void isUsedByOneReplica() throws IOException {
    try (ReplicaDirectory held = ReplicaDirectory.open(config("r1"))) {
      refuses(
          IOException.class,
          held.store().getParent() + " is in use by another replica",
          () -> ReplicaDirectory.open(config("r1")));
    }
    format();
  }

  @Test
  void refusesAnotherReplica() throws IOException {
    format();
    refuses(
        IOException.class,
        "it belongs to replica r1, but the configuration says that this is replica r2",
        () -> ReplicaDirectory.open(config("r2")));
  }

  @Test
  void isOfTheClusterThatItWasFormattedFor() throws IOException {
    format();
    UUID group = group(config("r1"));
    // Members change while it lives, so what the file lists says nothing more.
    assertEquals(group, group(config("r1", R1, R2)));
    assertEquals(group, group(config("r1", R1).joining(group, false)));
    UUID other = new UUID(1, 2);
    refuses(
        IOException.class,
        "of cluster %s, but the configuration joins cluster %s".formatted(group, other),
        () -> ReplicaDirectory.open(config("r1", R1).joining(other, true)));
  }

  @Test
  void whoJoinsBelongsToTheClusterThatItNames() throws IOException {
    UUID group = new UUID(3, 4);
    assertEquals(group, group(config("r1", R1).joining(group, false)));
    assertEquals(group, group(config("r1", R1, R2)));
    try (ReplicaDirectory joined = ReplicaDirectory.open(config("r1"))) {
      assertEquals(List.of(), joined.founders());
    }
  }

  @Test
  void foundersAreRememberedWithTheirCommandAddresses() throws IOException {
    Peer serving = new Peer("r1", "127.0.0.1", 7001, "127.0.0.1:8001");
    UUID group = group(config("r1", serving, R2));
    try (ReplicaDirectory founded = ReplicaDirectory.open(config("r1"))) {
      assertEquals(List.of(serving, R2), founded.founders());
      assertEquals(group, founded.group());
    }
  }

  private static UUID group(ReplicaConfig config) throws IOException {
    try (ReplicaDirectory directory = ReplicaDirectory.open(config)) {
      return directory.group();
    }
  }

  @Test
  void refusesADirectoryOfSomethingElse() throws IOException {
    Files.createDirectories(root.resolve("data"));
    Files.writeString(root.resolve("data/letters.txt"), "dear");
    refuses(
        IOException.class,
        "is not empty ([letters.txt]): name an empty one",
        () -> ReplicaDirectory.open(config("r1")));
  }

  @Test
  void refusesAFile() throws IOException {
    Files.writeString(root.resolve("data"), "not a directory");
    refuses(IOException.class, "is not a directory", () -> ReplicaDirectory.open(config("r1")));
  }

  @Test
  void refusesADamagedIdentity() throws IOException {
    format();
    Files.writeString(root.resolve("data/identity"), "ultravisor replica, format 9\n");
    refuses(
        IOException.class,
        "expected 'ultravisor replica, format 1'",
        () -> ReplicaDirectory.open(config("r1")));
  }

  @Test
  void refusesToStartWithoutItsVotes() throws IOException {
    format();
    DurableFiles.deleteTree(root.resolve("data/raft"));
    refuses(IOException.class, "data/raft", () -> ReplicaDirectory.open(config("r1")));
  }

  @Test
  void finishesAnInterruptedFormatting() throws IOException {
    format();
    Files.move(root.resolve("data/identity"), root.resolve("data/identity.new"));
    format();
    assertTrue(Files.exists(root.resolve("data/identity")));
    assertTrue(Files.notExists(root.resolve("data/identity.new")));
  }

  @Test
  void configurationsThatCannotBeAreRefused() throws IOException {
    Class<IllegalArgumentException> bad = IllegalArgumentException.class;
    refuses(bad, "replica r9 is not in the peer list [r1, r2, r3]", () -> config("r9"));
    refuses(bad, "names replica r1 twice", () -> config("r1", R1, new Peer("r1", "h", 1)));
    refuses(
        bad,
        "two replicas of the peer list have the address 127.0.0.1:7001",
        () -> config("r1", R1, new Peer("r2", "127.0.0.1", 7001)));
    refuses(bad, "must be in 1..65535: 0", () -> new Peer("r1", "h", 0));
    refuses(bad, "no valid host", () -> new Peer("r1", " ", 1));
    refuses(bad, "must be 1 to 64 letters", () -> new Peer("r 1", "h", 1));
    refuses(bad, "50 ms <= least < most", () -> ElectionTimeouts.ofMillis(300, 300));
  }
}
