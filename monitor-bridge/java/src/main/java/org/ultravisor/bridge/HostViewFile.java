package org.ultravisor.bridge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;

/** One host view file: four buffers, of which the version's is current. */
final class HostViewFile implements AutoCloseable {
  private final SharedFile file;
  private final MemorySegment memory;
  private final long serial;
  private final int scrubCapacity;
  private final int monitorCapacity;
  private final long bufferSize;
  private final WriterProcess process;
  private long version;

  HostViewFile(
      Path path,
      HostViewWriter.Identity identity,
      long serial,
      int scrubCapacity,
      int monitorCapacity,
      WriterProcess process)
      throws IOException {
    this.serial = serial;
    this.scrubCapacity = scrubCapacity;
    this.monitorCapacity = monitorCapacity;
    this.process = process;
    this.bufferSize = HostViewLayout.bufferSize(scrubCapacity, monitorCapacity);
    long size = HostViewLayout.BUFFER_AREA + HostViewLayout.BUFFERS * bufferSize;
    this.file = new SharedFile(path, size);
    this.memory = file.memory();
    try {
      file.materialise(0, size);
    } catch (IOException e) {
      close();
      throw e;
    }
    Words.setMagic(memory, HostViewLayout.MAGIC);
    Words.setInt(memory, HostViewLayout.LAYOUT_VERSION, ViewLayout.VERSION);
    Words.set(memory, HostViewLayout.GENERATION, identity.generation());
    Words.set(memory, HostViewLayout.SERIAL, serial);
    Words.set(memory, HostViewLayout.WINDOW, identity.window());
    Words.set(memory, HostViewLayout.SCRUB_CAPACITY, scrubCapacity);
    Words.set(memory, HostViewLayout.MONITOR_CAPACITY, monitorCapacity);
    Words.set(memory, HostViewLayout.BUFFERS_FIELD, HostViewLayout.BUFFERS);
    Words.set(memory, HostViewLayout.BUFFER_AREA_FIELD, HostViewLayout.BUFFER_AREA);
    Words.set(memory, HostViewLayout.BUFFER_SIZE, bufferSize);
    Words.set(memory, HostViewLayout.FILE_SIZE, size);
    Words.set(memory, HostViewLayout.WRITER_PID, process.pid());
    Words.set(memory, HostViewLayout.WRITER_START, process.start());
    Words.setName(memory, HostViewLayout.HOST_NAME, identity.hostName());
    Words.setName(memory, HostViewLayout.REPLICA_NAME, identity.replicaName());
    Words.setInt(memory, HostViewLayout.CRC, Words.crc(memory, HostViewLayout.CRC));
  }

  long serial() {
    return serial;
  }

  int scrubCapacity() {
    return scrubCapacity;
  }

  int monitorCapacity() {
    return monitorCapacity;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Publishes a version; {@link HostContent#listed} says which scrubs if not all fit. */
  void publish(long sequence, HostContent content) {
    long next = version + 1;
    long buffer = HostViewLayout.BUFFER_AREA + next % HostViewLayout.BUFFERS * bufferSize;
    List<HostContent.Scrub> listed = content.listed(scrubCapacity);
    for (int i = 0; i < listed.size(); i++) {
      write(buffer + HostViewLayout.SCRUBS + (long) HostViewLayout.SCRUB_BYTES * i, listed.get(i));
    }
    long monitors =
        buffer + HostViewLayout.SCRUBS + (long) HostViewLayout.SCRUB_BYTES * scrubCapacity;
    for (int i = 0; i < content.monitors().size(); i++) {
      write(monitors + (long) HostViewLayout.MONITOR_BYTES * i, content.monitors().get(i));
    }
    long[] head = {
      sequence,
      content.nonce(),
      content.incarnation(),
      content.floor(),
      listed.size(),
      content.scrubs().size(),
      content.monitors().size()
    };
    long check = HostViewLayout.CHECK;
    for (int i = 0; i < head.length; i++) {
      Words.set(memory, buffer + 8L * i, head[i]);
      check ^= head[i];
    }
    Words.set(memory, buffer + 8L * head.length, check);
    Words.setRelease(memory, HostViewLayout.VERSION, next);
    VarHandle.releaseFence(); // before the oldest buffer is written again
    version = next;
    Words.setRelease(memory, HostViewLayout.SEQUENCE, sequence);
    Words.increment(memory, HostViewLayout.WAKE);
  }

  private void write(long offset, HostContent.Scrub scrub) {
    Words.set(memory, offset, scrub.revocation());
    Words.set(memory, offset + 8, scrub.firstFrame());
    Words.set(memory, offset + 16, scrub.count());
    Words.set(memory, offset + 24, scrub.ready() ? 1 : 0);
  }

  private void write(long offset, HostContent.Monitor monitor) {
    Words.set(memory, offset, monitor.partition());
    Words.set(memory, offset + 8, monitor.incarnation());
    Words.set(memory, offset + 16, monitor.nonce());
    Words.setName(memory, offset + 24, monitor.name());
  }

  void advance(long sequence) {
    Words.setRelease(memory, HostViewLayout.SEQUENCE, sequence);
  }

  void beat(long knownSequence) {
    Words.setRelease(memory, HostViewLayout.KNOWN_SEQUENCE, knownSequence);
    Words.setRelease(memory, HostViewLayout.BEAT, process.clock().getAsLong());
  }

  void goLive() throws IOException {
    Words.setRelease(memory, HostViewLayout.BEAT, process.clock().getAsLong());
    Words.setRelease(memory, HostViewLayout.STATE, ViewLayout.LIVE);
    file.publish();
  }

  void retire(long successor) {
    Words.set(memory, HostViewLayout.SUCCESSOR, successor);
    Words.setRelease(memory, HostViewLayout.STATE, ViewLayout.RETIRED);
    Words.increment(memory, HostViewLayout.WAKE);
  }

  void unlink() throws IOException {
    file.unlink();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
