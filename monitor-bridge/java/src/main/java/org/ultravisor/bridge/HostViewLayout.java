package org.ultravisor.bridge;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.StructLayout;

/** The bytes of a host view, as in {@code monitor-bridge/layout/host.md}. */
final class HostViewLayout {
  static final String MAGIC = "ULTRHOST";

  static final StructLayout HEADER =
      structLayout(
          JAVA_LONG.withName("magic"),
          JAVA_INT.withName("layoutVersion"),
          JAVA_INT.withName("zero0"),
          JAVA_LONG.withName("generation"),
          JAVA_LONG.withName("serial"),
          JAVA_LONG.withName("window"),
          JAVA_LONG.withName("scrubCapacity"),
          JAVA_LONG.withName("monitorCapacity"),
          JAVA_LONG.withName("buffers"),
          JAVA_LONG.withName("bufferArea"),
          JAVA_LONG.withName("bufferSize"),
          JAVA_LONG.withName("fileSize"),
          JAVA_LONG.withName("writerPid"),
          JAVA_LONG.withName("writerStart"),
          sequenceLayout(Words.NAME_BYTES, JAVA_BYTE).withName("hostName"),
          sequenceLayout(Words.NAME_BYTES, JAVA_BYTE).withName("replicaName"),
          paddingLayout(0xff8 - 0xf8),
          JAVA_INT.withName("crc"),
          JAVA_INT.withName("zero1"),
          JAVA_LONG.withName("version"),
          paddingLayout(120),
          JAVA_LONG.withName("beat"),
          JAVA_LONG.withName("knownSequence"),
          paddingLayout(112),
          JAVA_LONG.withName("zero2"),
          JAVA_LONG.withName("sequence"),
          paddingLayout(112),
          JAVA_INT.withName("wake"),
          paddingLayout(124),
          JAVA_LONG.withName("state"),
          JAVA_LONG.withName("successor"));

  static final long LAYOUT_VERSION = header("layoutVersion", 0x008);
  static final long GENERATION = header("generation", 0x010);
  static final long SERIAL = header("serial", 0x018);
  static final long WINDOW = header("window", 0x020);
  static final long SCRUB_CAPACITY = header("scrubCapacity", 0x028);
  static final long MONITOR_CAPACITY = header("monitorCapacity", 0x030);
  static final long BUFFERS_FIELD = header("buffers", 0x038);
  static final long BUFFER_AREA_FIELD = header("bufferArea", 0x040);
  static final long BUFFER_SIZE = header("bufferSize", 0x048);
  static final long FILE_SIZE = header("fileSize", 0x050);
  static final long WRITER_PID = header("writerPid", 0x058);
  static final long WRITER_START = header("writerStart", 0x060);
  static final long HOST_NAME = header("hostName", 0x068);
  static final long REPLICA_NAME = header("replicaName", 0x0b0);
  static final long CRC = header("crc", 0xff8);
  static final long VERSION = header("version", 0x1000);
  static final long BEAT = header("beat", 0x1080);
  static final long KNOWN_SEQUENCE = header("knownSequence", 0x1088);
  static final long SEQUENCE = header("sequence", 0x1108);
  static final long WAKE = header("wake", 0x1180);
  static final long STATE = header("state", 0x1200);
  static final long SUCCESSOR = header("successor", 0x1208);

  static final int BUFFERS = 4;
  static final long BUFFER_AREA = 0x2000;
  static final long SCRUBS = 0x80;
  static final int SCRUB_BYTES = 32;
  static final int MONITOR_BYTES = 96;

  /** XORed into a buffer's check. */
  static final long CHECK = 0x554c5452484f5354L;

  private HostViewLayout() {}

  private static long header(String field, long offset) {
    Words.requireOffset(HEADER, field, offset);
    return offset;
  }

  static long bufferSize(int scrubs, int monitors) {
    long bytes = SCRUBS + (long) SCRUB_BYTES * scrubs + (long) MONITOR_BYTES * monitors;
    return (bytes + 4095) & -4096;
  }
}
