package org.ultravisor.bridge;

import static org.ultravisor.bridge.ViewLayout.CHANGE_BYTES;
import static org.ultravisor.bridge.ViewLayout.CHANGE_RING;
import static org.ultravisor.bridge.ViewLayout.COMMIT_BYTES;
import static org.ultravisor.bridge.ViewLayout.COMMIT_CHECK_OFFSET;
import static org.ultravisor.bridge.ViewLayout.COMMIT_RING;
import static org.ultravisor.bridge.ViewLayout.COMMIT_SLOTS;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * One view file: its rings, its hot words and the order in which they are stored. The order is that
 * of {@code monitor-bridge/layout/view.md}, section "Writer"; each step's reason is there.
 */
final class ViewFile implements AutoCloseable {
  private final SharedFile file;
  private final MemorySegment memory;
  private final ViewIdentity identity;
  private final ViewOptions options;
  private final WriterProcess process;
  private final NodePool pool;
  private final ViewTree tree;

  private long version;
  private long changeEnd;
  private long inplace;

  /** Makes an unfinished file with an empty map. */
  ViewFile(
      Path path, ViewIdentity identity, ViewOptions options, int capacity, WriterProcess process)
      throws IOException {
    this.file = new SharedFile(path, ViewLayout.fileSize(capacity));
    this.memory = file.memory();
    this.identity = identity;
    this.options = options;
    this.process = process;
    this.pool = new NodePool(file, capacity, options.reuseDistance());
    try {
      long rings = CHANGE_RING + (long) options.changeSlots() * CHANGE_BYTES;
      file.materialise(0, 0x2000);
      file.materialise(COMMIT_RING, rings - COMMIT_RING);
      if (!pool.reserve(1)) {
        throw new IllegalStateException("a view without room for a node");
      }
      writeIdentity(capacity);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    this.tree = new ViewTree(pool);
  }

  private void writeIdentity(int capacity) {
    Words.setMagic(memory, ViewLayout.MAGIC);
    Words.setInt(memory, ViewLayout.LAYOUT_VERSION, ViewLayout.VERSION);
    Words.set(memory, ViewLayout.GENERATION, identity.generation());
    Words.set(memory, ViewLayout.SERIAL, identity.serial());
    Words.set(memory, ViewLayout.PARTITION, identity.partition());
    Words.set(memory, ViewLayout.NODE_CAPACITY, capacity);
    Words.set(memory, ViewLayout.REUSE_DISTANCE, options.reuseDistance());
    Words.set(memory, ViewLayout.COMMIT_RING_FIELD, COMMIT_RING);
    Words.set(memory, ViewLayout.COMMIT_SLOTS_FIELD, COMMIT_SLOTS);
    Words.set(memory, ViewLayout.CHANGE_RING_FIELD, CHANGE_RING);
    Words.set(memory, ViewLayout.CHANGE_SLOTS_FIELD, options.changeSlots());
    Words.set(memory, ViewLayout.NODE_AREA_FIELD, ViewLayout.NODE_AREA);
    Words.set(memory, ViewLayout.FILE_SIZE, ViewLayout.fileSize(capacity));
    Words.set(memory, ViewLayout.WRITER_PID, process.pid());
    Words.set(memory, ViewLayout.WRITER_START, process.start());
    Words.set(memory, ViewLayout.WINDOW, identity.window());
    Words.setName(memory, ViewLayout.PARTITION_NAME, identity.partitionName());
    Words.setName(memory, ViewLayout.REPLICA_NAME, identity.replicaName());
    Words.setInt(memory, ViewLayout.CRC, Words.crc(memory, ViewLayout.CRC));
  }

  ViewIdentity identity() {
    return identity;
  }

  NodePool pool() {
    return pool;
  }

  ViewTree tree() {
    return tree;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Writes a change record; readers see it with the next publication. */
  void record(long guestFrame, long count, long entry) {
    long offset = CHANGE_RING + (changeEnd & (options.changeSlots() - 1)) * CHANGE_BYTES;
    Words.setRelease(memory, ViewLayout.CHANGES_CLAIMED, changeEnd + 1);
    VarHandle.releaseFence();
    Words.set(memory, offset, changeEnd + 1);
    Words.set(memory, offset + 8, guestFrame);
    Words.set(memory, offset + 16, count);
    Words.set(memory, offset + 24, entry);
    changeEnd++;
  }

  /** Publishes the tree as a new version that stands for the ledger sequence. */
  void publish(long sequence, ViewStatus status) {
    publishVersion(version + 1, sequence, status);
    tree.published();
    if (pool.waiting() > options.waitingNodes()) {
      // The same content once more, so far ahead that all that waits may be used again.
      publishVersion(version + options.reuseDistance() - 1, sequence, status);
    }
    Words.setRelease(memory, ViewLayout.SEQUENCE, sequence);
    Words.increment(memory, ViewLayout.WAKE);
  }

  private void publishVersion(long newVersion, long sequence, ViewStatus status) {
    long head = ViewLayout.head(newVersion, tree.level(), tree.root());
    Words.setRelease(memory, ViewLayout.CHANGES, changeEnd);
    writeCommit(newVersion, sequence, head, status);
    Words.setRelease(memory, ViewLayout.HEAD, head);
    VarHandle.releaseFence(); // before any reuse of nodes that this version dropped
    version = newVersion;
    pool.published(newVersion);
  }

  private void writeCommit(long newVersion, long sequence, long head, ViewStatus status) {
    long offset = COMMIT_RING + newVersion % COMMIT_SLOTS * COMMIT_BYTES;
    long[] words = {
      newVersion,
      sequence,
      process.clock().getAsLong(),
      head,
      changeEnd,
      status.partitionState(),
      status.nonce(),
      status.incarnation(),
      status.floor()
    };
    long check = ViewLayout.COMMIT_CHECK;
    for (int i = 0; i < words.length; i++) {
      Words.set(memory, offset + 8L * i, words[i]);
      check ^= words[i];
    }
    Words.set(memory, offset + COMMIT_CHECK_OFFSET, check);
  }

  /** Publishes one addition to the published tree, whose change record is written. */
  void publishInPlace(ViewTree.Place place, long entry, long sequence) {
    Words.setRelease(memory, ViewLayout.INPLACE, inplace + 1);
    VarHandle.releaseFence();
    Words.setRelease(memory, ViewLayout.CHANGES, changeEnd);
    pool.addInPlace(place.node(), place.slot(), entry);
    Words.setRelease(memory, ViewLayout.SEQUENCE, sequence);
    inplace += 2;
    Words.setRelease(memory, ViewLayout.INPLACE, inplace);
    Words.increment(memory, ViewLayout.WAKE);
  }

  /** Only the ledger sequence moves: nothing of this partition changed. */
  void advance(long sequence) {
    Words.setRelease(memory, ViewLayout.SEQUENCE, sequence);
  }

  void beat(long knownSequence) {
    Words.setRelease(memory, ViewLayout.KNOWN_SEQUENCE, knownSequence);
    Words.setRelease(memory, ViewLayout.BEAT, process.clock().getAsLong());
  }

  /** Gives the file, which has a version, its name. */
  void goLive() throws IOException {
    Words.setRelease(memory, ViewLayout.BEAT, process.clock().getAsLong());
    Words.setRelease(memory, ViewLayout.STATE, ViewLayout.LIVE);
    file.publish();
  }

  /**
   * Says that the file is not kept up any more.
   *
   * @param successor serial of the file that replaces it, 0 if none
   */
  void retire(long successor) {
    Words.set(memory, ViewLayout.SUCCESSOR, successor);
    Words.setRelease(memory, ViewLayout.STATE, ViewLayout.RETIRED);
    Words.increment(memory, ViewLayout.WAKE);
  }

  void unlink() throws IOException {
    file.unlink();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
