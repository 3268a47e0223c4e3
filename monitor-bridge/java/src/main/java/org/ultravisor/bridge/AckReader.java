package org.ultravisor.bridge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a partition's monitor acknowledges. Any thread; each poll looks whether a new monitor
 * has put a new file in the place of the old one.
 */
public final class AckReader {
  private static final String MAGIC = "ULTRVACK";
  private static final long SIZE = 4096;
  private static final long NONCE = 0x010;
  private static final long PID = 0x018;
  private static final long START = 0x020;
  private static final long MADE = 0x028;
  private static final long PARTITION_NAME = 0x030;
  private static final long ACKNOWLEDGED = 0x100;
  private static final long INCARNATION = 0x108;
  private static final long SLEEPING = 0x180;
  private static final long HEARTBEAT = 0x200;
  private static final long ENDED = 0x280;
  private static final long TEXT = 0x600;
  private static final int TEXT_BYTES = 256;

  private final FollowedFile file;

  public AckReader(HostDirectory directory, String partition) {
    this.file =
        new FollowedFile(directory.monitorAck(partition), MAGIC, SIZE, PARTITION_NAME, partition);
  }

  /**
   * What the monitor says now; empty if there is no file.
   *
   * @throws LayoutException if there is one and it cannot be believed
   */
  public Optional<MonitorAck> poll() throws IOException {
    MemorySegment memory = file.refresh();
    return memory == null ? Optional.empty() : Optional.of(read(memory));
  }

  private static MonitorAck read(MemorySegment memory) {
    long acknowledged = Words.getAcquire(memory, ACKNOWLEDGED); // before the incarnation
    return new MonitorAck(
        Words.text(memory, PARTITION_NAME, Words.NAME_BYTES),
        Words.get(memory, NONCE),
        Words.get(memory, PID),
        Words.get(memory, START),
        Words.get(memory, MADE),
        Words.getAcquire(memory, INCARNATION),
        acknowledged,
        Words.getIntVolatile(memory, SLEEPING) != 0,
        Words.getAcquire(memory, HEARTBEAT),
        Words.getAcquire(memory, ENDED),
        MonitorStatistics.read(memory),
        Words.text(memory, TEXT, TEXT_BYTES));
  }

  /** Whether the monitor waits to be woken. Cheap: mostly one load. */
  boolean sleeping() {
    @Nullable MemorySegment memory = file.last();
    return memory != null && Words.getIntVolatile(memory, SLEEPING) != 0;
  }
}
