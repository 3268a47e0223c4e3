package org.ultravisor.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.mapping.MemoryMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Scale;

/** What a writer publishes, as the simplest of readers sees it. */
class ViewWriterTest {
  private static final ViewOptions SMALL = new ViewOptions(64, 4, 64, 64);
  private static final long M = 1 << 10;
  private static final long G = 1 << 20;

  @TempDir Path root;
  private ViewPublisher publisher;

  @BeforeEach
  void open() throws IOException {
    publisher = publisher(SMALL, 5);
  }

  private ViewPublisher publisher(ViewOptions options, long generation) throws IOException {
    return new ViewPublisher(new HostDirectory(root), "r1", "host-1", generation, 0, options);
  }

  @AfterEach
  void close() throws IOException {
    publisher.close();
  }

  private Path path() {
    return new HostDirectory(root).view("r1", "guest-1");
  }

  @Test
  void nothingIsSeenBeforeItIsPublished() throws IOException {
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    writer.map(0, new PageRange(100, 1), Rights.READ_WRITE);
    assertFalse(Files.exists(path()), "a file without a version has no name");
    writer.publish(3);
    try (ViewProbe probe = new ViewProbe(path())) {
      assertEquals(100, probe.frame(0));
      writer.map(1, new PageRange(200, 2), Rights.READ);
      writer.unmap(0, 1);
      assertEquals(100, probe.frame(0));
      assertEquals(-1, probe.frame(1));
      writer.publish(4);
      assertEquals(-1, probe.frame(0));
      assertEquals(200, probe.frame(1));
      assertEquals(201, probe.frame(2));
      assertEquals(4, probe.word(ViewLayout.SEQUENCE));
      assertEquals(4, probe.commit(1));
    }
  }

  @Test
  void oneAdditionIsStoredInPlaceAndAReductionNever() throws IOException {
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    writer.map(0, new PageRange(100, 1), Rights.READ);
    writer.publish(1);
    try (ViewProbe probe = new ViewProbe(path())) {
      long version = probe.version();
      writer.map(5, new PageRange(300, 1), Rights.READ);
      writer.publish(2);
      assertEquals(version, probe.version(), "an addition of one entry needs no version");
      assertEquals(300, probe.frame(5));
      assertEquals(2, probe.word(ViewLayout.INPLACE));
      writer.map(5, new PageRange(300, 1), Rights.ALL);
      writer.publish(3);
      assertEquals(version, probe.version(), "more rights are an addition");
      assertEquals(Rights.ALL.bits(), probe.entry(5) >>> 2 & 7);
      writer.map(5, new PageRange(300, 1), Rights.READ);
      writer.publish(4);
      assertEquals(version + 1, probe.version(), "fewer rights are a version");
      writer.map(5, new PageRange(301, 1), Rights.READ);
      writer.publish(5);
      assertEquals(version + 2, probe.version(), "another frame is a version");
      writer.unmap(5, 1);
      writer.publish(6);
      assertEquals(version + 3, probe.version(), "a removal is a version");
      writer.publish(9);
      assertEquals(version + 3, probe.version(), "nothing is no version");
      assertEquals(9, probe.word(ViewLayout.SEQUENCE));
      assertEquals(6, probe.commit(1));
      assertEquals(6, probe.word(ViewLayout.CHANGES), "one change record each");
    }
  }

  @Test
  void twoAdditionsAppearTogether() throws IOException {
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    writer.map(0, new PageRange(100, 1), Rights.READ);
    writer.publish(1);
    try (ViewProbe probe = new ViewProbe(path())) {
      long version = probe.version();
      writer.map(5, new PageRange(300, 1), Rights.READ);
      writer.map(7, new PageRange(400, 1), Rights.READ);
      assertEquals(-1, probe.frame(5));
      writer.publish(2);
      assertEquals(version + 1, probe.version());
      assertEquals(300, probe.frame(5));
      assertEquals(400, probe.frame(7));
    }
  }

  @Test
  void leavesAreAsLargeAsBothAddressesAllow() throws IOException {
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    writer.map(0, new PageRange(4 * M, 3 * M), Rights.ALL);
    writer.publish(1);
    try (ViewProbe probe = new ViewProbe(path())) {
      assertEquals(1, probe.nodes(), "three leaves of 4 MiB in the root");
      assertEquals(4 * M + 2 * M + 17, probe.frame(2 * M + 17));
      writer.map(2 * G, new PageRange(0, 4 * M), Rights.ALL);
      writer.publish(2);
      assertEquals(2 * M - 1, probe.frame(2 * G + 2 * M - 1));
      writer.unmap(M + 5, 1);
      writer.publish(3);
      assertEquals(-1, probe.frame(M + 5));
      assertEquals(4 * M + M + 4, probe.frame(M + 4));
      assertEquals(4 * M + M + 6, probe.frame(M + 6));
      long split = probe.nodes();
      writer.map(M + 5, new PageRange(4 * M + M + 5, 1), Rights.ALL);
      writer.publish(4);
      assertEquals(split - 1, probe.nodes(), "1024 pages that continue each other are one leaf");
      writer.map(0, new PageRange(M + 1, M), Rights.READ);
      writer.publish(5);
      assertEquals(M + 1 + 1000, probe.frame(1000), "not aligned: pages one by one");
      writer.unmap(0, 4 * G);
      writer.publish(6);
      assertEquals(1, probe.nodes(), "nodes without entries go");
    }
  }

  @Test
  void aFullViewIsReplacedByALargerOne() throws IOException {
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    writer.map(0, new PageRange(7, 1), Rights.ALL);
    writer.publish(1);
    try (ViewProbe before = new ViewProbe(path())) {
      // 200 leaf nodes do not fit in 64.
      for (long i = 1; i <= 200; i++) {
        writer.map(i * M, new PageRange(10 * G + 2 * i, 1), Rights.READ);
      }
      assertEquals(ViewLayout.LIVE, before.word(ViewLayout.STATE));
      writer.publish(2);
      assertEquals(ViewLayout.RETIRED, before.word(ViewLayout.STATE));
      assertTrue(before.word(ViewLayout.SUCCESSOR) > 1);
      assertEquals(-1, before.frame(M), "the old file stays at its last version");
      try (ViewProbe after = new ViewProbe(path())) {
        assertEquals(before.word(ViewLayout.SUCCESSOR), after.word(ViewLayout.SERIAL));
        assertEquals(7, after.frame(0));
        for (long i = 1; i <= 200; i++) {
          assertEquals(10 * G + 2 * i, after.frame(i * M));
        }
        assertEquals(2, after.word(ViewLayout.SEQUENCE));
        writer.unmap(M, 1);
        writer.publish(3);
        assertEquals(-1, after.frame(M));
      }
    }
  }

  @Test
  void badCallsChangeNothing() throws IOException {
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    writer.map(0, new PageRange(100, 1), Rights.ALL);
    writer.publish(5);
    PageRange elsewhere = new PageRange(1L << 40, 1);
    assertThrows(IllegalArgumentException.class, () -> writer.map(1, elsewhere, Rights.ALL));
    PageRange across = new PageRange((1L << 40) - 1, 2);
    assertThrows(IllegalArgumentException.class, () -> writer.map(1, across, Rights.ALL));
    PageRange one = new PageRange(1, 1);
    assertThrows(IllegalArgumentException.class, () -> writer.map(1L << 50, one, Rights.ALL));
    assertThrows(IllegalArgumentException.class, () -> writer.map(-1, one, Rights.ALL));
    assertThrows(IllegalArgumentException.class, () -> writer.unmap((1L << 50) - 1, 2));
    assertThrows(IllegalArgumentException.class, () -> writer.publish(4));
    assertThrows(IllegalArgumentException.class, () -> writer.setPartitionState(6));
    assertThrows(IllegalStateException.class, () -> publisher.openPartitionView(7, "guest-1"));
    writer.publish(6);
    try (ViewProbe probe = new ViewProbe(path())) {
      assertEquals(100, probe.frame(0));
      assertEquals(1, probe.nodes());
    }
  }

  @Test
  void attachmentAndStateAreAVersion() throws IOException {
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    writer.publish(1);
    try (ViewProbe probe = new ViewProbe(path())) {
      writer.map(3, new PageRange(30, 1), Rights.READ);
      writer.setAttachment(11, 22, 2);
      writer.setPartitionState(1);
      writer.publish(2);
      assertEquals(1, probe.commit(5));
      assertEquals(11, probe.commit(6));
      assertEquals(22, probe.commit(7));
      assertEquals(2, probe.commit(8));
      assertEquals(30, probe.frame(3));
      long version = probe.version();
      writer.setPartitionState(1);
      writer.publish(3);
      assertEquals(version, probe.version(), "the same again is no version");
    }
  }

  @Test
  void aPredecessorsFilesAreRetired() throws IOException {
    publisher.openPartitionView(7, "guest-1").publish(1);
    publisher.openHostView().publish(1, HostContent.EMPTY);
    publisher.close();
    try (ViewProbe old = new ViewProbe(path())) {
      assertEquals(ViewLayout.LIVE, old.word(ViewLayout.STATE), "a dead writer retires nothing");
      assertThrows(IOException.class, () -> publisher(SMALL, 5), "generations rise");
      publisher = publisher(SMALL, 6);
      assertEquals(ViewLayout.RETIRED, old.word(ViewLayout.STATE));
      publisher.openPartitionView(7, "guest-1").publish(9);
      try (ViewProbe probe = new ViewProbe(path())) {
        assertEquals(6, probe.word(ViewLayout.GENERATION));
      }
      publisher.retireAll();
      assertFalse(Files.exists(path()));
      publisher.openPartitionView(7, "guest-1").publish(10);
      try (ViewProbe probe = new ViewProbe(path())) {
        assertEquals(2, probe.word(ViewLayout.SERIAL), "a later file of the generation");
      }
    }
  }

  @Test
  void aRebuildIsOneVersion() throws IOException {
    MemoryMap map = new MemoryMap(Scale.LEDGER);
    map.map(10, new PageRange(1000, 5), Rights.READ);
    map.map(4 * G, new PageRange(8 * G, G), Rights.ALL);
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    writer.map(0, new PageRange(50, 11), Rights.ALL);
    writer.publish(1);
    try (ViewProbe probe = new ViewProbe(path())) {
      writer.map(77, new PageRange(1, 1), Rights.ALL);
      writer.rebuild(map);
      assertEquals(50, probe.frame(0));
      long version = probe.version();
      writer.publish(2);
      assertEquals(version + 1, probe.version());
      assertEquals(-1, probe.frame(0));
      assertEquals(-1, probe.frame(77));
      assertEquals(1000, probe.frame(10));
      assertEquals(1004, probe.frame(14));
      assertEquals(9 * G - 1, probe.frame(5 * G - 1));
    }
  }

  /** Random runs against a model, with growth, skipped versions and reuse all the time. */
  @Test
  void agreesWithAModel() throws IOException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    Random random = new Random(seed);
    TreeMap<Long, Long> model = new TreeMap<>(); // guest page -> entry
    long pages = 5000;
    publisher.close();
    publisher = publisher(new ViewOptions(16, 4, 64, 8), 6);
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    for (int round = 1; round <= 1500; round++) {
      for (int n = random.nextInt(4); n > 0; n--) {
        long guest = random.nextLong(pages);
        long count = 1 + random.nextLong(random.nextInt(10) == 0 ? pages - guest : 3);
        count = Math.min(count, pages - guest);
        if (random.nextInt(3) == 0) {
          writer.unmap(guest, count);
          model.subMap(guest, guest + count).clear();
        } else {
          // Often at the same alignment, so that large leaves come and go.
          long host = random.nextBoolean() ? guest + 8 * M : random.nextLong(1L << 30);
          Rights rights = random.nextInt(4) == 0 ? Rights.READ : Rights.ALL;
          writer.map(guest, new PageRange(host, count), rights);
          for (long i = 0; i < count; i++) {
            model.put(guest + i, ViewEntry.leaf(host + i, rights.bits()));
          }
        }
      }
      writer.publish(round);
      if (round % 50 == 0 || round == 1) {
        try (ViewProbe probe = new ViewProbe(path())) {
          for (long page = 0; page < pages; page++) {
            long expected = model.getOrDefault(page, 0L);
            if (probe.entry(page) != expected) {
              assertEquals(
                  expected,
                  probe.entry(page),
                  "page %d in round %d; to repeat it: -Dultravisor.seed=%d"
                      .formatted(page, round, seed));
            }
          }
        }
      }
    }
  }

  @Test
  void skippingVersionsBoundsTheNodesThatWait() throws IOException {
    publisher.close();
    publisher = publisher(new ViewOptions(1 << 14, 512, 64, 100), 6);
    ViewWriter writer = publisher.openPartitionView(7, "guest-1");
    for (long i = 0; i < 100; i++) {
      writer.map(i * M, new PageRange(2 * i + 1, 1), Rights.READ);
    }
    writer.publish(1);
    for (int round = 2; round < 50; round++) {
      for (long i = 0; i < 100; i++) {
        writer.map(i * M, new PageRange(2 * i + 1 + (round & 1), 1), Rights.READ);
      }
      writer.publish(round);
    }
    assertTrue(writer.nodes() < 500, "nodes used: " + writer.nodes());
  }
}
