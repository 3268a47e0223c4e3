package org.ultravisor.bridge;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the host view: what waits for scrubbing, which monitors should be alive, which host agent
 * is attached. Each publication is a whole version.
 *
 * <p>One thread. An IOException means that the shared-memory file system has no room or is gone.
 */
public final class HostViewWriter implements AutoCloseable {
  private static final int LEAST_SCRUBS = 1024;
  private static final int LEAST_MONITORS = 64;

  /** Of the writing replica and its host. */
  record Identity(long generation, String hostName, String replicaName, int window) {}

  private final Path path;
  private final Identity identity;
  private final WriterProcess process;
  private final Waker waker;
  private @Nullable HostViewFile file;
  private HostContent last = HostContent.EMPTY;
  private long lastSerial;
  private long sequence;

  HostViewWriter(
      Path path, Identity identity, long serialsUsed, WriterProcess process, Waker waker) {
    this.path = path;
    this.identity = identity;
    this.lastSerial = serialsUsed;
    this.process = process;
    this.waker = waker;
  }

  /** The ledger sequence of the last publication; 0 before the first. */
  public long sequence() {
    return sequence;
  }

  /**
   * Lets the host agent see a content.
   *
   * @param upTo the ledger sequence that it stands for; never falling
   */
  public void publish(long upTo, HostContent content) throws IOException {
    if (upTo < sequence || upTo < 1) {
      throw new IllegalArgumentException(
          "the host view stands at sequence %d and cannot go back to %d".formatted(sequence, upTo));
    }
    sequence = upTo;
    HostViewFile current = file;
    if (current != null && content.equals(last)) {
      current.advance(upTo);
      return;
    }
    last = content;
    if (current != null && content.monitors().size() <= current.monitorCapacity()) {
      current.publish(upTo, content);
    } else {
      current = replace(current, content);
    }
    waker.wake(current.memory(), HostViewLayout.WAKE);
  }

  /** Makes a file with room for the content; of the scrubs some may wait for a later version. */
  private HostViewFile replace(@Nullable HostViewFile old, HostContent content) throws IOException {
    int monitors = Math.max(LEAST_MONITORS, 2 * content.monitors().size());
    HostViewFile next =
        new HostViewFile(path, identity, ++lastSerial, LEAST_SCRUBS, monitors, process);
    try {
      next.publish(sequence, content);
      next.goLive();
    } catch (IOException | RuntimeException e) {
      next.close();
      throw e;
    }
    file = next;
    if (old != null) {
      old.retire(next.serial());
      waker.wake(old.memory(), HostViewLayout.WAKE);
      old.close();
    }
    return next;
  }

  /** Stamps the sign of life, from the thread that applies the log. */
  public void beat(long knownSequence) {
    if (file != null) {
      file.beat(knownSequence);
    }
  }

  long serial() {
    return lastSerial;
  }

  /** Retires the view for good and takes its name away; then closes. */
  public void retire() throws IOException {
    if (file != null) {
      file.retire(0);
      waker.wake(file.memory(), HostViewLayout.WAKE);
      file.unlink();
    }
    close();
  }

  /** Unmaps the file and leaves it as it is for its readers. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
