package org.ultravisor.ledger.store;

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
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.codec.AuditLeaf;

/** Damages files; the store says so or is what it was, and never something else. */
class DamageTest {
  private static final int ROUNDS = Integer.getInteger("ultravisor.damages", 40);
  private static final long DURABLE = 35;
  private static final StoreOptions OPTIONS = StoreOptions.DEFAULT;

  @TempDir Path temp;

  private final List<Applied> history = new ArrayList<>();
  private Path good;
  private List<AuditLeaf> leaves;

  @BeforeEach
  void write() {
    good = temp.resolve("good");
    Workload workload = new Workload(5, 8);
    try (LedgerStore store = LedgerStore.open(good, OPTIONS)) {
      for (long index = 0; index < 60; index++) {
        history.add(workload.step(store, index));
        if (index == DURABLE) {
          store.flushState().join();
        }
      }
      leaves = store.leaves(1, 10_000);
    }
  }

  @Test
  void bitsFlippedAndFilesCut() throws Exception {
    Seed seed = Seed.choose();
    Random random = seed.random();
    List<Path> files = DurableFiles.list(good).stream().filter(f -> size(f) > 0).toList();
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path name = files.get(random.nextInt(files.size())).getFileName();
      Path copy = copy("copy" + round);
      String what = damage(copy.resolve(name), random) + "; " + seed;
      try (LedgerStore store = LedgerStore.open(copy, OPTIONS)) {
        Applied applied = store.applied();
        assertTrue(applied.index() >= DURABLE, what);
        assertEquals(history.get((int) applied.index()), applied, what);
        AuditReport report = store.audit().verify(AuditDepth.EVENTS, checked -> {});
        if (report.good()) {
          assertEquals(leaves.subList(0, (int) applied.sequence()), store.leaves(1, 10_000), what);
        } else {
          refused++;
        }
      } catch (StoreCorruptedException e) {
        assertTrue(String.valueOf(e.getMessage()).contains(copy.toString()), what + ": " + e);
        refused++;
      }
      DurableFiles.deleteTree(copy);
    }
    assertTrue(refused > 0, "some damage is found");
  }

  private static String damage(Path file, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(bytes.length);
    if (random.nextInt(4) == 0) {
      Files.write(file, Arrays.copyOf(bytes, at));
      return file + " cut to " + at;
    }
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, bytes);
    return file + ", a bit of byte " + at;
  }

  /** RocksDB opens as of any edit of its manifest; the store does not. */
  @Test
  void aManifestCutAnywhere() throws Exception {
    Path manifest = manifest();
    int refused = 0;
    int step = (int) size(manifest) / 24 + 1;
    for (int length = 0; length < size(manifest); length += step) {
      Path copy = copy("cut" + length);
      Files.write(
          copy.resolve(manifest.getFileName()),
          Arrays.copyOf(Files.readAllBytes(manifest), length));
      try (LedgerStore store = LedgerStore.open(copy, OPTIONS)) {
        assertTrue(store.applied().index() >= DURABLE, "cut to " + length);
      } catch (StoreCorruptedException e) {
        refused += String.valueOf(e.getMessage()).contains("was durable at index 35") ? 1 : 0;
      }
      DurableFiles.deleteTree(copy);
    }
    assertTrue(refused > 0, "some cuts lead back to where it was once");
  }

  /** The one in use; an older one may lie beside it for a while. */
  private Path manifest() throws IOException {
    return good.resolve(Files.readString(good.resolve("CURRENT")).strip());
  }

  @Test
  void aMissingFile() throws Exception {
    for (Path file : DurableFiles.list(good)) {
      String name = file.getFileName().toString();
      if (name.endsWith(".sst") || file.equals(manifest()) || name.equals("CURRENT")) {
        Path copy = copy("without-" + name);
        Files.delete(copy.resolve(name));
        assertThrows(StoreCorruptedException.class, () -> LedgerStore.open(copy, OPTIONS), name);
      }
    }
  }

  @Test
  void aChangedRecordOfTheState() throws Exception {
    byte[] name = new byte[] {14, 1, 2, 3};
    Forgery.change(good, batch -> batch.put(Family.STATE, name, new byte[] {1}));
    StoreCorruptedException e = refused();
    assertTrue(String.valueOf(e.getMessage()).contains("state at sequence"), e::getMessage);
  }

  @Test
  void aLeafBehindTheLast() throws Exception {
    long next = history.getLast().sequence() + 1;
    Forgery.replaceLeaf(good, next, leaves.getLast());
    StoreCorruptedException e = refused();
    assertTrue(String.valueOf(e.getMessage()).contains("leaf behind the last"), e::getMessage);
  }

  @Test
  void aMissingNodeOfTheTreesEdge() throws Exception {
    long size = history.getLast().sequence();
    int level = 63 - Long.numberOfLeadingZeros(size);
    byte[] key = {(byte) level, 0, 0, 0, 0, 0, 0, 0, 0};
    Forgery.change(good, batch -> batch.delete(Family.MERKLE, key));
    StoreCorruptedException e = refused();
    assertTrue(
        String.valueOf(e.getMessage()).contains("Merkle node (" + level + ", 0)"), e::getMessage);
  }

  @Test
  void metaOfAnotherFormatOrNone() throws Exception {
    byte[] format = "format".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] newer = "ultravisor ledger store 3".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Forgery.change(good, batch -> batch.put(Family.META, format, Checksum.seal(newer)));
    assertTrue(
        String.valueOf(refused().getMessage())
            .contains("format 'ultravisor ledger store 2' expected, found"));
    Forgery.change(good, batch -> batch.put(Family.META, format, newer));
    assertTrue(String.valueOf(refused().getMessage()).contains("CRC-32C"));
    Forgery.change(good, batch -> batch.delete(Family.META, format));
    assertTrue(String.valueOf(refused().getMessage()).contains("meta \"format\" is missing"));
  }

  private StoreCorruptedException refused() {
    return assertThrows(StoreCorruptedException.class, () -> LedgerStore.open(good, OPTIONS));
  }

  /** The disk goes away under a running store: it stops, for good. */
  @Test
  void aFailedFlushEndsTheStore() throws Exception {
    Workload workload = new Workload(5, 8);
    Path lost = copy("lost");
    try (LedgerStore store = LedgerStore.open(lost, OPTIONS)) {
      workload.run(store, 70);
      DurableFiles.deleteTree(lost);
      CompletionException e =
          assertThrows(CompletionException.class, () -> store.flushState().join());
      assertInstanceOf(StoreFailedException.class, e.getCause());
      assertThrows(StoreFailedException.class, () -> store.commit(1, 71));
      assertThrows(StoreFailedException.class, () -> store.commit(1, 71));
      assertThrows(StoreFailedException.class, store::flushState);
    }
  }

  private Path copy(String name) throws IOException {
    Path copy = Files.createDirectory(temp.resolve(name));
    for (Path file : DurableFiles.list(good)) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    return copy;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
