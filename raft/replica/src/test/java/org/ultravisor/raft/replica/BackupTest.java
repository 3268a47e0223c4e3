package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.AuditDepth;
import org.ultravisor.ledger.store.AuditLog;

/** A backup holds what was acknowledged, can be audited, and begins another cluster. */
final class BackupTest {
  @TempDir private Path root;

  @Test
  void aBackupIsWholeAndBeginsAnotherCluster() throws Exception {
    TestRequests requests = new TestRequests();
    Path directory = root.resolve("backup");
    Transaction once;
    Outcome answer;
    Backup backup;
    UUID old;
    try (TestCluster cluster = new TestCluster(root.resolve("old"), 1, config -> config)) {
      long session = requests.openSession(cluster);
      once = requests.createPartition(session, 1);
      answer = cluster.submit(once);
      backup = cluster.leader().backup(directory).join();
      old = cluster.leader().membership().group();
      CompletionException twice =
          assertThrows(CompletionException.class, () -> cluster.leader().backup(directory).join());
      assertTrue(twice.toString().contains("is not empty"), twice.toString());
      cluster.submit(requests.sessionless()); // is not in it
    }
    assertEquals(answer.sequence(), backup.applied().sequence());
    assertEquals(backup, Backup.read(directory));
    backup.verify(directory);
    try (AuditLog log = OfflineAudit.open(directory)) {
      assertTrue(log.verify(AuditDepth.DECISIONS, checked -> {}).good());
    }

    List<Peer> founders = TestCluster.freePeers(3);
    UUID name = UUID.randomUUID();
    assertThrows(
        IOException.class, () -> Restoration.found(directory, config("r1", founders), old));
    for (Peer peer : founders) {
      Restoration.found(directory, config(peer.id(), founders), name);
    }
    IOException again =
        assertThrows(
            IOException.class, () -> Restoration.found(directory, config("r1", founders), name));
    assertTrue(again.toString().contains("in use already"), again.toString());
    backup.verify(directory); // nothing in it has changed
    startsFrom(backup, founders, name, once, answer);
  }

  private void startsFrom(
      Backup backup, List<Peer> founders, UUID name, Transaction once, Outcome answer)
      throws IOException {
    List<Replica> replicas = new ArrayList<>();
    try {
      for (Peer peer : founders) {
        replicas.add(Replica.start(config(peer.id(), founders), new TestCluster.Heard()));
      }
      Await.until("a leader", () -> replicas.stream().anyMatch(r -> r.status().leaderReady()));
      Replica leader =
          replicas.stream().filter(r -> r.status().leaderReady()).findFirst().orElseThrow();
      assertEquals(name, leader.membership().group());
      assertEquals(backup.applied().sequence(), leader.status().sequence());
      assertEquals(backup.applied().stateHash(), leader.status().stateHash());
      assertEquals(
          answer, leader.submit(Principal.LOCAL, once).join()); // what was asked before is known
      Outcome next = leader.submit(Principal.LOCAL, TestRequests.openSession(4711)).join();
      assertInstanceOf(Outcome.Committed.class, next);
      assertEquals(backup.applied().sequence() + 1, next.sequence());
      Await.until(
          "all have it",
          () -> replicas.stream().allMatch(r -> r.status().sequence() == next.sequence()));
    } finally {
      for (Replica replica : replicas) {
        replica.close();
      }
    }
  }

  private ReplicaConfig config(String id, List<Peer> founders) {
    return ReplicaConfig.of(id, founders, root.resolve("new").resolve(id))
        .with(ElectionTimeouts.PATIENT);
  }

  @Test
  void damageIsFoundAndNamed() throws Exception {
    Path directory = root.resolve("backup");
    try (TestCluster cluster = new TestCluster(root.resolve("old"), 1, config -> config)) {
      cluster.submit(new TestRequests().sessionless());
      cluster.leader().backup(directory).join();
    }
    Backup backup = Backup.read(directory);
    Backup.Part part = backup.files().getLast();
    Path file = directory.resolve("store").resolve(part.name());
    byte[] good = Files.readAllBytes(file);
    Files.delete(file); // it may be shared with the store
    refused(backup, directory, part.name() + ": is missing");
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 1;
    Files.write(file, flipped);
    refused(backup, directory, part.name() + ": has SHA-256");
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    refused(backup, directory, part.name() + ": has " + (good.length + 1) + " bytes");
    Files.write(file, good);
    backup.verify(directory);
    Path more = Files.createFile(directory.resolve("store").resolve("more"));
    refused(backup, directory, "files; the backup had " + backup.files().size());
    Files.delete(more);
    Path manifest = directory.resolve("backup");
    Files.writeString(manifest, Files.readString(manifest).replace("replica r1", "replica r2"));
    IOException e = assertThrows(IOException.class, () -> Backup.read(directory));
    assertTrue(e.toString().contains("its sum is wrong"), e.toString());
  }

  private static void refused(Backup backup, Path directory, String why) {
    IOException e = assertThrows(IOException.class, () -> backup.verify(directory));
    assertTrue(e.toString().contains(why), e.toString());
  }
}
