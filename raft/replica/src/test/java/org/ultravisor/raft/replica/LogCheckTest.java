package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
    for (int next = 8; next < end; ) {
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
    assertEquals(0, LogCheck.check(log));
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
    for (int written = lastRecord + 1; written <= end - 4; written++) {
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

  @Test
  void aWholeLogIsLeftAlone() throws IOException {
    write(whole);
    check();
    assertArrayEquals(whole, Files.readAllBytes(open));
  }

  @Test
  void anyFlippedBitOfARecordIsRefused() throws IOException {
    for (int at = 0; at < end; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 0x10;
      refuses(flipped, "");
    }
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
    Files.write(copy.resolve("log_0-5"), whole);
    Files.write(copy.resolve("log_inprogress_7"), Arrays.copyOf(whole, 8));
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
