package org.ultravisor.bridge;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.StructLayout;

/**
 * The bytes of a view, as in {@code monitor-bridge/layout/view.md}; C asserts the same numbers. It
 * describes and owns nothing.
 */
final class ViewLayout {
  static final String MAGIC = "ULTRVIEW";
  static final int VERSION = 1;

  static final StructLayout HEADER =
      structLayout(
          JAVA_LONG.withName("magic"),
          JAVA_INT.withName("layoutVersion"),
          JAVA_INT.withName("zero0"),
          JAVA_LONG.withName("generation"),
          JAVA_LONG.withName("serial"),
          JAVA_LONG.withName("partition"),
          JAVA_LONG.withName("nodeCapacity"),
          JAVA_LONG.withName("reuseDistance"),
          JAVA_LONG.withName("commitRing"),
          JAVA_LONG.withName("commitSlots"),
          JAVA_LONG.withName("changeRing"),
          JAVA_LONG.withName("changeSlots"),
          JAVA_LONG.withName("nodeArea"),
          JAVA_LONG.withName("fileSize"),
          JAVA_LONG.withName("writerPid"),
          JAVA_LONG.withName("writerStart"),
          JAVA_LONG.withName("window"),
          sequenceLayout(Words.NAME_BYTES, JAVA_BYTE).withName("partitionName"),
          sequenceLayout(Words.NAME_BYTES, JAVA_BYTE).withName("replicaName"),
          paddingLayout(0xff8 - 0x110),
          JAVA_INT.withName("crc"),
          JAVA_INT.withName("zero1"),
          JAVA_LONG.withName("head"),
          paddingLayout(120),
          JAVA_LONG.withName("beat"),
          JAVA_LONG.withName("knownSequence"),
          paddingLayout(112),
          JAVA_LONG.withName("inplace"),
          JAVA_LONG.withName("sequence"),
          paddingLayout(112),
          JAVA_INT.withName("wake"),
          paddingLayout(124),
          JAVA_LONG.withName("state"),
          JAVA_LONG.withName("successor"),
          paddingLayout(112),
          JAVA_LONG.withName("limit"),
          paddingLayout(120),
          JAVA_LONG.withName("changesClaimed"),
          paddingLayout(120),
          JAVA_LONG.withName("changes"));

  static final StructLayout COMMIT =
      structLayout(
          JAVA_LONG.withName("version"),
          JAVA_LONG.withName("sequence"),
          JAVA_LONG.withName("time"),
          JAVA_LONG.withName("root"),
          JAVA_LONG.withName("changeEnd"),
          JAVA_LONG.withName("partitionState"),
          JAVA_LONG.withName("nonce"),
          JAVA_LONG.withName("incarnation"),
          JAVA_LONG.withName("floor"),
          JAVA_LONG.withName("check"),
          paddingLayout(48));

  static final StructLayout CHANGE =
      structLayout(
          JAVA_LONG.withName("number"),
          JAVA_LONG.withName("guestFrame"),
          JAVA_LONG.withName("count"),
          JAVA_LONG.withName("entry"));

  // Identity page.
  static final long LAYOUT_VERSION = header("layoutVersion", 0x008);
  static final long GENERATION = header("generation", 0x010);
  static final long SERIAL = header("serial", 0x018);
  static final long PARTITION = header("partition", 0x020);
  static final long NODE_CAPACITY = header("nodeCapacity", 0x028);
  static final long REUSE_DISTANCE = header("reuseDistance", 0x030);
  static final long COMMIT_RING_FIELD = header("commitRing", 0x038);
  static final long COMMIT_SLOTS_FIELD = header("commitSlots", 0x040);
  static final long CHANGE_RING_FIELD = header("changeRing", 0x048);
  static final long CHANGE_SLOTS_FIELD = header("changeSlots", 0x050);
  static final long NODE_AREA_FIELD = header("nodeArea", 0x058);
  static final long FILE_SIZE = header("fileSize", 0x060);
  static final long WRITER_PID = header("writerPid", 0x068);
  static final long WRITER_START = header("writerStart", 0x070);
  static final long WINDOW = header("window", 0x078);
  static final long PARTITION_NAME = header("partitionName", 0x080);
  static final long REPLICA_NAME = header("replicaName", 0x0c8);
  static final long CRC = header("crc", 0xff8);

  // Hot words.
  static final long HEAD = header("head", 0x1000);
  static final long BEAT = header("beat", 0x1080);
  static final long KNOWN_SEQUENCE = header("knownSequence", 0x1088);
  static final long INPLACE = header("inplace", 0x1100);
  static final long SEQUENCE = header("sequence", 0x1108);
  static final long WAKE = header("wake", 0x1180);
  static final long STATE = header("state", 0x1200);
  static final long SUCCESSOR = header("successor", 0x1208);
  static final long LIMIT = header("limit", 0x1280);
  static final long CHANGES_CLAIMED = header("changesClaimed", 0x1300);
  static final long CHANGES = header("changes", 0x1380);

  // Areas.
  static final long COMMIT_RING = 0x10000;
  static final int COMMIT_SLOTS = 1024;
  static final long CHANGE_RING = 0x30000;
  static final int MOST_CHANGE_SLOTS = 32768;
  static final long NODE_AREA = 0x200000;
  static final int NODE_ENTRIES = 1024;
  static final int NODE_BYTES = 8192;
  static final int MOST_NODES = 1 << 23;
  static final int LEAST_REUSE_DISTANCE = 2;
  static final int MOST_REUSE_DISTANCE = 512;
  static final int MOST_LEVEL = 4;

  /** XORed into a commit record's check. */
  static final long COMMIT_CHECK = 0x554c545256494557L;

  static final int COMMIT_BYTES = (int) COMMIT.byteSize();
  static final int CHANGE_BYTES = (int) CHANGE.byteSize();
  static final long COMMIT_CHECK_OFFSET = 0x48;

  static final int BUILDING = 0;
  static final int LIVE = 1;
  static final int RETIRED = 2;

  static {
    Words.requireOffset(COMMIT, "check", COMMIT_CHECK_OFFSET);
    Words.requireOffset(CHANGE, "entry", 0x18);
    if (COMMIT_BYTES != 128 || CHANGE_BYTES != 32) {
      throw new ExceptionInInitializerError("a ring's record has the wrong size");
    }
  }

  private ViewLayout() {}

  private static long header(String field, long offset) {
    Words.requireOffset(HEADER, field, offset);
    return offset;
  }

  /** The head word: version, root level, root node. */
  static long head(long version, int level, int node) {
    return version << 26 | (long) level << 23 | node;
  }

  static long fileSize(long nodeCapacity) {
    return NODE_AREA + NODE_BYTES * nodeCapacity;
  }
}
