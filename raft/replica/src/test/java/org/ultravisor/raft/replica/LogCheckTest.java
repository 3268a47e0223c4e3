package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;

/** Every way in which the last bytes of a real log can be missing, and bytes that are wrong. */
final class LogCheckTest {
  private static final TestRequests requests = new TestRequests();

  @TempDir private static Path root;
  private static TestCluster cluster;
  private static Path log;
  private static Path open;
  private static byte[] whole;
  private static int end;
  private static int lastRecord;
  private static int entries;

  /** A log of one replica, as a kill leaves it: the open segment with zeros after the records. */
  @BeforeAll
  static void writeLog() throws IOException {
    cluster = new TestCluster(root, 1, config -> config.with(ElectionTimeouts.ofMillis(200, 400)));
    for (int i = 0; i < 5; i++) {
      cluster.submit(requests.sessionless());
    }
    log = cluster.get("r1").logDirectory();
    cluster.stop("r1");
    try (Stream<Path> files = Files.list(log)) {
      open =
          files
              .filter(file -> file.getFileName().toString().startsWith("log_inprogress"))
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(open);
    end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    whole = Arrays.copyOf(bytes, end + 8192);
    lastRecord = 8;
    entries = 0;
    for (int next = 8; next < end; entries++) {
      lastRecord = next;
      int length = whole[next];
      assertTrue(length > 0, "a record's length fits in one byte in this test");
      next += 1 + length + 4;
    }
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static void write(byte[] bytes) throws IOException {
    Files.write(open, bytes);
  }

  private static void check() throws IOException {
    assertEquals(0, LogCheck.check(log).first());
  }

  private static void refuses(byte[] bytes, String reason) throws IOException {
    write(bytes);
    IOException e = assertThrows(IOException.class, LogCheckTest::check);
    assertTrue(message(e).contains(reason), message(e));
    assertTrue(message(e).contains(open + " is damaged at byte "), message(e));
    assertTrue(message(e).endsWith(LogCheck.REBUILD), message(e));
    assertArrayEquals(bytes, Files.readAllBytes(open), "a refusal changes nothing");
  }

  @Test
  void aLastRecordThatWasNeverFinishedIsCutOff() throws IOException {
    byte[] records = Arrays.copyOf(whole, lastRecord);
    for (int written = lastRecord + 1; written < end - 1; written++) {
      byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, written), whole.length);
      write(torn);
      check();
      byte[] left = Files.readAllBytes(open);
      assertArrayEquals(records, Arrays.copyOf(left, records.length));
      assertTrue(left.length == records.length || isZero(torn, lastRecord), "at " + written);
      write(Arrays.copyOf(whole, written)); // without zeros after it: the file ends there
      check();
      assertEquals(records.length, Files.size(open));
    }
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** A segment is made full of zeros, and its header is the first that is written to it. */
  @Test
  void aHeaderThatWasNeverFinishedIsThatOfAnEmptySegment() throws IOException {
    for (int written = 0; written < 8; written++) {
      for (int length : new int[] {written, whole.length}) {
        byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, written), length);
        write(torn);
        check();
        assertArrayEquals(torn, Files.readAllBytes(open));
      }
    }
  }

  @Test
  void aWholeLogIsLeftAlone() throws IOException {
    write(whole);
    check();
    assertArrayEquals(whole, Files.readAllBytes(open));
  }

  /** All of the entry is there, so it may have been acknowledged, and the disk lost a byte. */
  @Test
  void aLastRecordWithoutItsLastByteIsFinished() throws IOException {
    assertNotEquals(0, whole[end - 1], "a byte to lose");
    byte[] torn = whole.clone();
    torn[end - 1] = 0;
    write(torn);
    check();
    assertArrayEquals(whole, Files.readAllBytes(open));
  }

  @Test
  void anyFlippedBitOfARecordIsRefusedOrMended() throws IOException {
    for (int at = 0; at < end; at++) {
      for (int bit : new int[] {at % 7, 7}) { // 7: a length that goes on, and so is far too long
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << bit);
        if (at == end - 1 && flipped[at] == 0) {
          write(flipped);
          check();
          assertArrayEquals(whole, Files.readAllBytes(open));
        } else {
          refuses(flipped, "");
        }
      }
    }
  }

  @Test
  void saysHowFarTheLogGoes() throws IOException {
    write(whole);
    LogExtent extent = LogCheck.check(log);
    assertEquals(0, extent.first());
    assertEquals(entries - 1, extent.last());
    assertTrue(extent.lastTerm() > 0);
    write(Arrays.copyOf(whole, lastRecord));
    assertEquals(entries - 2, LogCheck.check(log).last());
  }

  @Test
  void bytesAfterTheRecordsAreRefused() throws IOException {
    byte[] extra = whole.clone();
    extra[whole.length - 1] = 1;
    refuses(extra, "there is something after the last record");
  }

  @Test
  void aClosedSegmentIsNeverCutAndNoneMayBeMissing() throws IOException {
    Path copy = Files.createDirectory(root.resolve("closed"));
    Files.write(copy.resolve("log_0-5"), Arrays.copyOf(whole, end - 6));
    IOException damaged = assertThrows(IOException.class, () -> LogCheck.check(copy));
    assertTrue(message(damaged).contains("has a wrong checksum"), message(damaged));
    Files.delete(copy.resolve("log_0-5"));
    Path longer = copy.resolve("log_0-%d".formatted(entries));
    Files.write(longer, whole);
    IOException few = assertThrows(IOException.class, () -> LogCheck.check(copy));
    assertTrue(message(few).contains("it has %d records".formatted(entries)), message(few));
    Files.delete(longer);
    Files.write(copy.resolve("log_0-%d".formatted(entries - 1)), whole);
    Files.write(copy.resolve("log_inprogress_%d".formatted(entries + 1)), Arrays.copyOf(whole, 8));
    IOException missing = assertThrows(IOException.class, () -> LogCheck.check(copy));
    assertTrue(message(missing).contains("a segment is missing"), message(missing));
  }

  @Test
  void theReplicaStartsAfterTheCutAndNotFromADamagedLog() throws IOException {
    byte[] flipped = whole.clone();
    flipped[lastRecord + 3] ^= 1;
    write(flipped);
    IOException e = assertThrows(IOException.class, () -> cluster.start("r1"));
    assertTrue(message(e).endsWith(LogCheck.REBUILD), message(e));
    byte[] torn = whole.clone();
    torn[end] = 100; // the length of a record of which nothing else was written
    write(torn);
    cluster.start("r1");
    cluster.submit(requests.sessionless());
    assertEquals(6, cluster.leader().readStale(LedgerReader::sequence));
    cluster.stop("r1");
  }
}
