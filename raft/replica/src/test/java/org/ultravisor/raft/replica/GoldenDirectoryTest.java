package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.AuditDepth;
import org.ultravisor.ledger.store.AuditReport;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Whole directories of a replica as older versions left them: a newer one starts on them, knows
 * what they knew and goes on. They are never written again; a version whose files look different
 * adds one, with {@code -Dultravisor.golden=write}.
 */
final class GoldenDirectoryTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final String VERSION = "v1";

  /** A founder's address is part of its directory, so these tests take turns. */
  private static final Peer PEER = new Peer("r1", "127.83.17.5", 17101);

  private static final int TURN = 17100;
  private static final long REQUESTS = 60;

  private static @Nullable ServerSocket turn;

  @BeforeAll
  static void takeTurn(@TempDir Path root) throws IOException {
    Await.until("another run of this test to end", GoldenDirectoryTest::tookTurn);
    if ("write".equals(System.getProperty("ultravisor.golden"))) {
      write(root);
    }
  }

  private static boolean tookTurn() {
    try {
      turn = new ServerSocket(TURN, 1, InetAddress.getByName(PEER.host()));
      return true;
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void endTurn() throws IOException {
    Objects.requireNonNull(turn).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1/stopped", "v1/killed"})
  void anOlderDirectoryOpensAndGoesOn(String name, @TempDir Path root) throws IOException {
    unzip(name, root);
    Expected expected = Expected.read(name);
    ReplicaConfig config = ReplicaConfig.of(PEER.id(), List.of(PEER), root.resolve("r1"));
    for (int start = 0; start < 2; start++) { // the second one on what this version wrote
      try (Replica replica = Replica.start(config, new TestCluster.Heard())) {
        Await.until("leads", () -> replica.status().leaderReady());
        if (start == 0) {
          assertEquals(expected, Expected.of(replica, expected.session()));
        }
        for (long request = 1; request <= REQUESTS; request++) {
          Outcome again =
              replica.submit(Principal.LOCAL, request(expected.session(), request)).join();
          assertEquals(expected.firstSequence() + request - 1, sequence(again));
        }
        Outcome next =
            replica
                .submit(Principal.LOCAL, request(expected.session(), REQUESTS + 1 + start))
                .join();
        assertInstanceOf(Outcome.Committed.class, next);
        AuditReport report = replica.store().audit().verify(AuditDepth.DECISIONS, checked -> {});
        assertTrue(report.good(), report::toString);
        replica.takeSnapshot().join();
      }
    }
  }

  /** Makes the directories of this version. */
  private static void write(Path root) throws IOException {
    Path directory = root.resolve("r1");
    ReplicaConfig config = ReplicaConfig.of(PEER.id(), List.of(PEER), directory);
    Expected expected;
    try (Replica replica = Replica.start(config, new TestCluster.Heard())) {
      Await.until("leads", () -> replica.status().leaderReady());
      long session =
          TestRequests.sessionOf(
              replica.submit(Principal.LOCAL, TestRequests.openSession(1)).join());
      for (long request = 1; request <= REQUESTS; request++) {
        replica.submit(Principal.LOCAL, request(session, request)).join();
        if (request == REQUESTS / 2) {
          replica.takeSnapshot().join();
        }
      }
      Principal stranger = new Principal("stranger", List.of(Role.AUDITOR), List.of());
      Outcome refused = replica.submit(stranger, request(session, 1)).join();
      assertEquals(Refusal.NOT_PERMITTED, ((Outcome.Refused) refused).reason());
      expected = Expected.of(replica, session);
      zip(directory, "killed", expected); // nothing goes on: as SIGKILL would leave it
    }
    zip(directory, "stopped", expected);
  }

  /** Something of every kind that a directory keeps differently: small and large, done or not. */
  private static Transaction request(long session, long request) {
    Operation operation =
        switch ((int) request) {
          case 1 -> new Operation.AddMemory(new PageRange(0, 1 << 20), 0, MemoryType.DRAM, true);
          case 2 -> new Operation.CreatePartition("golden", PartitionKind.GUEST, Limits.NONE);
          case 3 -> new Operation.CreatePartition("golden", PartitionKind.GUEST, Limits.NONE);
          default ->
              new Operation.AssignPages(
                  "golden",
                  new PageRange(request * 1024, 1 + request * 7),
                  request * 1024,
                  Rights.ALL);
        };
    return new Transaction(session, request, 1, "golden", List.of(), List.of(operation));
  }

  private static long sequence(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Committed committed -> committed.sequence();
      case Outcome.Refused refused -> refused.sequence();
    };
  }

  /** What a directory's replica says of itself. */
  private record Expected(
      long session, long firstSequence, long sequence, String stateHash, String logRoot) {
    static Expected of(Replica replica, long session) {
      Outcome first = replica.submit(Principal.LOCAL, request(session, 1)).join();
      ReplicaStatus status = replica.status();
      return new Expected(
          session,
          GoldenDirectoryTest.sequence(first),
          status.sequence(),
          status.stateHash().toString(),
          status.logRoot().toString());
    }

    static Expected read(String name) throws IOException {
      String[] words = Files.readString(GOLDEN.resolve(name + ".txt")).strip().split(" ", -1);
      return new Expected(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          words[3],
          words[4]);
    }

    String print() {
      return "%d %d %d %s %s%n".formatted(session, firstSequence, sequence, stateHash, logRoot);
    }
  }

  private static void unzip(String name, Path root) throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(Files.newInputStream(GOLDEN.resolve(name + ".zip")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = root.resolve(entry.getName()).normalize();
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(Objects.requireNonNull(file.getParent()));
          Files.copy(zip, file);
        }
      }
    }
  }

  private static void zip(Path directory, String name, Expected expected) throws IOException {
    Path to = Files.createDirectories(GOLDEN.resolve(VERSION));
    Files.writeString(to.resolve(name + ".txt"), expected.print());
    Path root = Objects.requireNonNull(directory.getParent());
    try (OutputStream file = Files.newOutputStream(to.resolve(name + ".zip"));
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> paths = Files.walk(directory)) {
      zip.setLevel(9);
      for (Path path : paths.sorted().toList()) {
        Path inside = root.relativize(path);
        if (inside.startsWith("r1/native")) {
          continue; // RocksDB's library, which is there only while the replica runs
        }
        zip.putNextEntry(new ZipEntry(inside + (Files.isDirectory(path) ? "/" : "")));
        if (Files.isRegularFile(path)) {
          Files.copy(path, zip);
        }
        zip.closeEntry();
      }
    }
  }
}
