package org.ultravisor.bridge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ultravisor.bridge.HostAck.DeadMonitor;
import org.ultravisor.bridge.LayoutException.Reason;

/** Reads what the host agent has done. Any thread. */
public final class HostAckReader {
  private static final String MAGIC = "ULTRHACK";
  private static final long NONCE = 0x010;
  private static final long PID = 0x018;
  private static final long START = 0x020;
  private static final long MADE = 0x028;
  private static final long HOST_NAME = 0x030;
  private static final long SCRUB_SLOTS = 0x078;
  private static final long DEAD_SLOTS = 0x080;
  private static final long MEMORY_SIZE = 0x088;
  private static final long SEQUENCE = 0x100;
  private static final long INCARNATION = 0x108;
  private static final long SLEEPING = 0x180;
  private static final long HEARTBEAT = 0x200;
  private static final long ENDED = 0x280;
  private static final long FRAMES_SCRUBBED = 0x400;
  private static final long SCRUB_TIME = 0x408;
  private static final long LOCKS_WATCHED = 0x410;
  private static final long SCRUBBED = 0x1000;
  private static final int SCRUB_COUNT = 4096;
  private static final int DEAD_COUNT = 1024;
  private static final long DEAD = SCRUBBED + 8L * SCRUB_COUNT;
  private static final long SIZE = DEAD + 16L * DEAD_COUNT;

  private final FollowedFile file;

  public HostAckReader(HostDirectory directory, String host) {
    this.file = new FollowedFile(directory.hostAck(), MAGIC, SIZE, HOST_NAME, host);
  }

  /**
   * What the host agent says now; empty if there is no file.
   *
   * @throws LayoutException if there is one and it cannot be believed
   */
  public Optional<HostAck> poll() throws IOException {
    MemorySegment memory = file.refresh();
    return memory == null ? Optional.empty() : Optional.of(read(memory));
  }

  private HostAck read(MemorySegment memory) throws LayoutException {
    if (Words.get(memory, SCRUB_SLOTS) != SCRUB_COUNT
        || Words.get(memory, DEAD_SLOTS) != DEAD_COUNT) {
      throw new LayoutException(
          Reason.CORRUPT,
          file.path(),
          "%d scrub slots and %d dead slots, %d and %d expected"
              .formatted(
                  Words.get(memory, SCRUB_SLOTS),
                  Words.get(memory, DEAD_SLOTS),
                  SCRUB_COUNT,
                  DEAD_COUNT));
    }
    List<Long> scrubbed = scrubbed(memory); // before the incarnation, which was stored first
    List<DeadMonitor> dead = dead(memory);
    return new HostAck(
        Words.text(memory, HOST_NAME, Words.NAME_BYTES),
        Words.get(memory, NONCE),
        Words.get(memory, PID),
        Words.get(memory, START),
        Words.get(memory, MADE),
        Words.get(memory, MEMORY_SIZE),
        Words.getAcquire(memory, INCARNATION),
        Words.getAcquire(memory, SEQUENCE),
        Words.getIntVolatile(memory, SLEEPING) != 0,
        Words.getAcquire(memory, HEARTBEAT),
        Words.getAcquire(memory, ENDED),
        Words.getAcquire(memory, FRAMES_SCRUBBED),
        Words.getAcquire(memory, SCRUB_TIME),
        Words.getAcquire(memory, LOCKS_WATCHED),
        scrubbed,
        dead);
  }

  private static List<Long> scrubbed(MemorySegment memory) {
    List<Long> found = new ArrayList<>();
    for (int slot = 0; slot < SCRUB_COUNT; slot++) {
      long revocation = Words.getAcquire(memory, SCRUBBED + 8L * slot);
      if (revocation != 0) {
        found.add(revocation);
      }
    }
    return found;
  }

  private static List<DeadMonitor> dead(MemorySegment memory) {
    List<DeadMonitor> found = new ArrayList<>();
    for (int slot = 0; slot < DEAD_COUNT; slot++) {
      long offset = DEAD + 16L * slot;
      long incarnation = Words.getAcquire(memory, offset);
      long partition = Words.getAcquire(memory, offset + 8);
      if (incarnation != 0 && Words.getAcquire(memory, offset) == incarnation) {
        found.add(new DeadMonitor((int) partition, incarnation));
      }
    }
    return found;
  }

  /** Whether the host agent waits to be woken. Cheap: mostly one load. */
  boolean sleeping() {
    @Nullable MemorySegment memory = file.last();
    return memory != null && Words.getIntVolatile(memory, SLEEPING) != 0;
  }
}
