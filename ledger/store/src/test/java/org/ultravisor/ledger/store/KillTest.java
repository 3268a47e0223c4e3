package org.ultravisor.ledger.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a writing process with SIGKILL, again and again: while it creates, recovers, commits,
 * flushes, copies. Afterwards the store is at an index that it has been at, with the hashes of that
 * index, and not before the last one that was said to be durable; the rest of the log, applied
 * again, leads to where an undisturbed store is. {@code -Dultravisor.kills=N} kills more often.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("ultravisor.kills", 5);
  private static final long LAST_INDEX = KILLS * 80L;

  @TempDir Path temp;

  private final Seed seed = Seed.choose();
  private final Random random = seed.random();
  private long durable;

  static Workload workload(long seed) {
    return new Workload(seed, 12).compacting();
  }

  @Test
  void aKilledStoreIsAtAnEarlierIndexAndGoesOn() throws Exception {
    Path directory = temp.resolve("store");
    Path copies = temp.resolve("copies");
    Workload workload = workload(seed.value());
    List<Applied> expected = undisturbed(workload);
    for (int kill = 0; kill < KILLS; kill++) {
      durable = Applied.NO_INDEX;
      long committed = runAndKill(directory, copies);
      try (LedgerStore store = LedgerStore.open(directory, KilledWriter.OPTIONS)) {
        Applied found = store.applied();
        String when = "kill %d at %d, durable %d; %s".formatted(kill, committed, durable, seed);
        assertTrue(found.index() >= durable, () -> found + ": " + when);
        if (found.index() != Applied.NO_INDEX) {
          assertEquals(expected.get((int) found.index()), found, when);
        }
        AuditReport report = store.audit().verify(AuditDepth.EVENTS, checked -> {});
        assertTrue(report.good(), () -> report + ": " + when);
      }
    }
    checkCopies(copies, expected);
    try (LedgerStore store = LedgerStore.open(directory, KilledWriter.OPTIONS)) {
      workload.run(store, LAST_INDEX);
      assertEquals(expected.get((int) LAST_INDEX), store.applied(), seed::toString);
      store.ledger().checkInvariants();
      assertTrue(store.compaction().join().isPresent(), "some history was compacted");
      AuditReport report = store.audit().verify(AuditDepth.DECISIONS, checked -> {});
      assertTrue(report.good(), () -> report + ": " + seed);
    }
  }

  @Test
  void aStoreHasOneWriterAmongProcesses() throws Exception {
    Path directory = temp.resolve("store");
    Process process = start(directory, temp.resolve("copies"), 1_000_000);
    try (BufferedReader lines = process.inputReader()) {
      // It writes until its pipe is full, and then waits for this reader.
      assertEquals("committed 0", lines.readLine());
      assertThrows(
          StoreInUseException.class, () -> LedgerStore.open(directory, KilledWriter.OPTIONS));
    } finally {
      process.destroyForcibly().waitFor();
    }
    LedgerStore.open(directory, KilledWriter.OPTIONS).close();
  }

  private List<Applied> undisturbed(Workload workload) {
    List<Applied> history = new ArrayList<>();
    try (LedgerStore store = LedgerStore.open(temp.resolve("undisturbed"), StoreOptions.DEFAULT)) {
      for (long index = 0; index <= LAST_INDEX; index++) {
        history.add(workload.step(store, index));
      }
    }
    return history;
  }

  /** A copy under its own name is whole; a kill leaves parts under unfinished names. */
  private static void checkCopies(Path copies, List<Applied> expected) throws IOException {
    if (!Files.exists(copies)) {
      return;
    }
    try (Stream<Path> all = Files.list(copies)) {
      for (Path copy : all.filter(p -> !p.toString().contains(".unfinished")).limit(10).toList()) {
        try (LedgerStore store = LedgerStore.open(copy, KilledWriter.OPTIONS)) {
          assertEquals(expected.get((int) store.applied().index()), store.applied());
        }
      }
    }
  }

  /** Kills some time after the start, or after so many commits; gives the last commit seen. */
  private long runAndKill(Path directory, Path copies) throws Exception {
    Process process = start(directory, copies);
    long committed = Applied.NO_INDEX;
    try (BufferedReader lines = process.inputReader()) {
      if (random.nextInt(3) == 0) {
        process.waitFor(random.nextInt(1500), TimeUnit.MILLISECONDS);
        kill(process);
      }
      int enough = 1 + random.nextInt(80);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        long index = Long.parseLong(line.substring(line.indexOf(' ') + 1));
        if (line.startsWith("durable ")) {
          durable = index;
        } else {
          committed = index;
          enough--;
        }
        if (enough == 0) {
          kill(process);
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return committed;
  }

  /** Through its handle: what it has printed can still be read. */
  private static void kill(Process process) {
    process.toHandle().destroyForcibly();
  }

  private Process start(Path directory, Path copies) throws IOException {
    return start(directory, copies, LAST_INDEX);
  }

  private Process start(Path directory, Path copies, long lastIndex) throws IOException {
    Path libraries = Files.createDirectories(temp.resolve("libraries"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            // A killed process leaves its copy of RocksDB's library behind.
            "-Djava.io.tmpdir=" + libraries,
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            directory.toString(),
            Long.toString(seed.value()),
            Long.toString(lastIndex),
            copies.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
