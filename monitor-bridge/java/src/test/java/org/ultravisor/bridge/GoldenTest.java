package org.ultravisor.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.bridge.HostAck.DeadMonitor;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** What Java writes, C reads; what C wrote, Java reads. */
class GoldenTest {
  private static final int WINDOW = 3;
  private static final ViewOptions SIZES = new ViewOptions(64, 4, 64, 64);

  @TempDir Path root;

  private static PageRange host(long frame, long count) {
    return new PageRange((long) WINDOW << 40 | frame, count);
  }

  private ViewPublisher publisher(AtomicLong clock) throws IOException {
    WriterProcess process = new WriterProcess(4242, 123456, clock::get);
    return new ViewPublisher(new HostDirectory(root), "r1", "host-1", 5, WINDOW, SIZES, process);
  }

  @Test
  void theViewIsTheGoldenOne() throws IOException {
    AtomicLong clock = new AtomicLong(1001);
    try (ViewPublisher publisher = publisher(clock)) {
      ViewWriter writer = publisher.openPartitionView(7, "guest-1");
      writer.map(0, host(0x123, 2), Rights.READ_WRITE);
      writer.map(2048, host(4096, 1024), Rights.READ_EXECUTE);
      writer.map((1 << 20) - 1, host((1L << 40) - 1, 1), Rights.ALL);
      writer.publish(11);
      clock.set(1002);
      writer.map(0, host(0x123, 1), Rights.READ_WRITE);
      writer.unmap(1, 1);
      writer.setAttachment(77, 8, 11);
      writer.setPartitionState(1);
      writer.publish(12);
      writer.map(9, host(0xabc, 1), Rights.READ);
      writer.publish(13);
      writer.publish(14);
      clock.set(1003);
      publisher.beat(15);
      Golden.check("view-1.words", writer.path());
    }
  }

  @Test
  void theHostViewIsTheGoldenOne() throws IOException {
    AtomicLong clock = new AtomicLong(1001);
    try (ViewPublisher publisher = publisher(clock)) {
      HostViewWriter writer = publisher.openHostView();
      writer.publish(20, HostContent.EMPTY);
      writer.publish(
          21,
          new HostContent(
              99,
              6,
              10,
              List.of(
                  new HostContent.Scrub(3, 512, 4, true),
                  new HostContent.Scrub(5, 1024, 1024, false)),
              List.of(new HostContent.Monitor(7, "guest-1", 8, 77))));
      Golden.check("host-view-1.words", new HostDirectory(root).hostView("r1"));
    }
  }

  @Test
  void theGoldenAcknowledgementIsRead() throws IOException {
    HostDirectory directory = new HostDirectory(root).create();
    Golden.restore("ack-1.words", directory.monitorAck("guest-1"));
    MonitorAck ack = new AckReader(directory, "guest-1").poll().orElseThrow();
    MonitorStatistics statistics =
        new MonitorStatistics(
            100, 101, 102, 103, 104, 105, 2, 107, 108, 109, 110, 111, 112, 113, 114, 115);
    assertEquals(
        new MonitorAck(
            "guest-1",
            77,
            4343,
            654321,
            2000,
            8,
            13,
            true,
            2001,
            4,
            statistics,
            "stopped: the partition is not running"),
        ack);
  }

  @Test
  void theGoldenHostAcknowledgementIsRead() throws IOException {
    HostDirectory directory = new HostDirectory(root).create();
    Golden.restore("host-ack-1.words", directory.hostAck());
    HostAck ack = new HostAckReader(directory, "host-1").poll().orElseThrow();
    assertEquals(99, ack.nonce());
    assertEquals(4343, ack.pid());
    assertEquals(1 << 30, ack.memorySize());
    assertEquals(6, ack.incarnation());
    assertEquals(21, ack.sequence());
    assertEquals(8, ack.framesScrubbed());
    assertEquals(12345, ack.scrubTime());
    assertEquals(List.of(3L, 4L), ack.scrubbed());
    assertEquals(List.of(new DeadMonitor(7, 8)), ack.dead());
    assertTrue(!ack.sleeping() && ack.ended() == 0);
  }
}
