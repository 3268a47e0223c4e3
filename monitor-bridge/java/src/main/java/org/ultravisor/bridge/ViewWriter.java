package org.ultravisor.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.mapping.MemoryMapView;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Keeps one partition's view: collects the changes of a transaction and publishes them together.
 *
 * <p>Between two calls of {@link #publish} readers see nothing of what is done. A publication that
 * only adds one entry is stored in place; everything else, and all that takes access away, is a
 * whole new version. When the file is full a larger one takes its name with the next publication.
 *
 * <p>One thread. An IOException means that the shared-memory file system has no room or is gone:
 * the call that throws it has changed nothing that readers see, and the writer can only be closed.
 */
public final class ViewWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewWriter.class);
  private static final int GROWTH = 4;
  private static final long GUEST_LIMIT = MemoryMapView.GUEST_LIMIT;

  /** A change that may be published in place if nothing else joins it. */
  private record Addition(long guestFrame, long count, ViewChange change, ViewTree.Place place) {}

  private final Path path;
  private final ViewOptions options;
  private final WriterProcess process;
  private final Waker waker;

  private ViewFile file;
  private @Nullable ViewFile larger; // takes over at the next publication
  private @Nullable Addition addition;
  private ViewStatus status = ViewStatus.INITIAL;
  private boolean statusChanged;
  private long sequence;
  private boolean live;
  private boolean closed;

  /** Prepares a file; it has its name after the first {@link #publish}. */
  ViewWriter(
      Path path, ViewIdentity identity, ViewOptions options, WriterProcess process, Waker waker)
      throws IOException {
    this.path = path;
    this.options = options;
    this.process = process;
    this.waker = waker;
    this.file = new ViewFile(path, identity, options, options.nodeCapacity(), process);
  }

  public int partition() {
    return file.identity().partition();
  }

  public String partitionName() {
    return file.identity().partitionName();
  }

  public Path path() {
    return path;
  }

  /** The ledger sequence of the last publication; 0 before the first. */
  public long sequence() {
    return sequence;
  }

  /**
   * Lets guest pages lead to host frames, from the next publication on. What was there before is
   * replaced.
   *
   * @param guestFrame first guest page, below 2^50
   * @param host frames of this host's window
   * @throws IllegalArgumentException if a number is out of range; nothing has changed
   */
  public void map(long guestFrame, PageRange host, Rights rights) throws IOException {
    requireGuest(guestFrame, host.frameCount());
    long last = host.endFrame() - 1;
    int window = file.identity().window();
    if (host.firstFrame() >>> 40 != window || last >>> 40 != window) {
      throw new IllegalArgumentException(
          "%s is not within window %d of this host".formatted(host, window));
    }
    long hostFrame = host.firstFrame() & ((1L << 40) - 1);
    change(guestFrame, host.frameCount(), ViewChange.map(guestFrame, hostFrame, rights));
  }

  /** Takes guest pages away, from the next publication on; absent ones stay so. */
  public void unmap(long guestFrame, long count) throws IOException {
    requireGuest(guestFrame, count);
    change(guestFrame, count, ViewChange.unmap());
  }

  /**
   * Says which monitor is attached, with the next publication.
   *
   * @param nonce the monitor's; 0 with the other two 0: none is attached
   * @param floor ledger sequence of the attachment
   */
  public void setAttachment(long nonce, long incarnation, long floor) {
    setStatus(status.withAttachment(nonce, incarnation, floor));
  }

  /** Says what state the partition is in, with the next publication; numbers as in view.md. */
  public void setPartitionState(int state) {
    setStatus(status.withPartitionState(state));
  }

  private void setStatus(ViewStatus to) {
    requireOpen();
    statusChanged |= !to.equals(status);
    status = to;
  }

  /** Replaces the whole map by another one, with the next publication. */
  public void rebuild(MemoryMapView map) throws IOException {
    requireOpen();
    addition = null; // it is in the new map, or gone
    if (!current().pool().reserve(1)) {
      grow(1);
    }
    current().tree().clear();
    current().record(0, GUEST_LIMIT, ViewEntry.EMPTY);
    try {
      map.forEachRun(
          (guestFrame, hostFrame, count, rights) -> {
            try {
              map(guestFrame, new PageRange(hostFrame, count), rights);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void change(long guestFrame, long count, ViewChange change) throws IOException {
    requireOpen();
    if (addition == null && larger == null && live) {
      ViewTree.Place place = file.tree().placeToAdd(guestFrame, count, change);
      if (place != null) {
        addition = new Addition(guestFrame, count, change, place);
        return;
      }
    }
    joinAddition();
    apply(guestFrame, count, change);
  }

  /** The waiting addition is not alone any more, so it goes into the new version. */
  private void joinAddition() throws IOException {
    if (addition != null) {
      Addition first = addition;
      addition = null;
      apply(first.guestFrame(), first.count(), first.change());
    }
  }

  private void apply(long guestFrame, long count, ViewChange change) throws IOException {
    long needed = ViewTree.nodesNeeded(guestFrame, count, change);
    if (!current().pool().reserve(needed)) {
      grow(needed);
    }
    current().tree().apply(guestFrame, guestFrame + count, change);
    current().record(guestFrame, count, change.entryOf(guestFrame));
  }

  /** The file that the open transaction goes to. */
  private ViewFile current() {
    return larger != null ? larger : file;
  }

  private void grow(long needed) throws IOException {
    ViewFile full = current();
    long live = full.tree().countNodes();
    long wanted = Math.max(GROWTH * (long) full.pool().capacity(), GROWTH * (live + needed));
    int capacity = (int) Math.min(ViewLayout.MOST_NODES, wanted);
    if (live + needed + 1 > capacity) {
      throw new IOException(
          "%s needs %d nodes, a view has at most %d"
              .formatted(path, live + needed, ViewLayout.MOST_NODES));
    }
    ViewFile next =
        new ViewFile(
            path,
            full.identity().withSerial(full.identity().serial() + 1),
            options,
            capacity,
            process);
    try {
      if (!next.pool().reserve(live + needed)) {
        throw new IllegalStateException("a larger view is not large enough");
      }
      next.tree().copyFrom(full.tree());
    } catch (IOException | RuntimeException e) {
      next.close();
      throw e;
    }
    if (larger != null) {
      larger.close();
    }
    larger = next;
    LOG.info(
        "view {} grows from {} to {} nodes", partitionName(), full.pool().capacity(), capacity);
  }

  /**
   * Lets readers see everything up to a ledger sequence.
   *
   * @param upTo not below that of the last publication
   */
  public void publish(long upTo) throws IOException {
    requireOpen();
    if (upTo < sequence || upTo < 1) {
      throw new IllegalArgumentException(
          "view of %s stands at sequence %d and cannot go back to %d"
              .formatted(partitionName(), sequence, upTo));
    }
    if (statusChanged || larger != null || !live) {
      joinAddition();
    }
    sequence = upTo;
    if (larger != null) {
      takeOver(larger);
    } else if (addition != null) {
      publishAddition(addition);
    } else if (file.tree().changed() || statusChanged || !live) {
      file.publish(upTo, status);
      if (!live) {
        file.goLive();
        live = true;
      }
    } else {
      file.advance(upTo);
      return; // nobody waits for what has no effect on it
    }
    addition = null;
    statusChanged = false;
    waker.wake(file.memory(), ViewLayout.WAKE);
  }

  private void publishAddition(Addition alone) {
    long entry = alone.change().entryOf(alone.guestFrame());
    file.record(alone.guestFrame(), alone.count(), entry);
    file.publishInPlace(alone.place(), entry, sequence);
  }

  private void takeOver(ViewFile next) throws IOException {
    ViewFile old = file;
    next.publish(sequence, status);
    next.goLive();
    file = next;
    larger = null;
    if (live) {
      old.retire(next.identity().serial());
      waker.wake(old.memory(), ViewLayout.WAKE);
    }
    live = true;
    old.close();
  }

  /** Stamps the sign of life, from the thread that applies the log. */
  public void beat(long knownSequence) {
    requireOpen();
    file.beat(knownSequence);
  }

  /** Nodes used so far, for metrics. */
  public int nodes() {
    return file.pool().limit();
  }

  /** The serial of the current file. */
  long serial() {
    return current().identity().serial();
  }

  /** Retires the view for good and takes its name away; then closes. */
  public void retire() throws IOException {
    requireOpen();
    if (live) {
      file.retire(0);
      waker.wake(file.memory(), ViewLayout.WAKE);
      file.unlink();
    }
    close();
  }

  /** Unmaps the file and leaves it as it is for its readers, as the death of the process would. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      file.close();
      if (larger != null) {
        larger.close();
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the view of " + partitionName() + " is closed");
    }
  }

  private static void requireGuest(long guestFrame, long count) {
    if (guestFrame < 0 || count < 1 || count > GUEST_LIMIT - guestFrame) {
      throw new IllegalArgumentException(
          "guest frames are below 2^50: first %d, count %d".formatted(guestFrame, count));
    }
  }
}
