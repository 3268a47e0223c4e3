package org.ultravisor.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All views of one replica on its host: opens a writer for each partition and one for the host.
 *
 * <p>A replica that restarts makes a new publisher with its new incarnation, which retires whatever
 * its predecessor left. A replica that installs a snapshot calls {@link #retireAll} and opens its
 * views again. One thread, but {@link #acknowledgements} and {@link #hostAcknowledgements} may be
 * polled by any.
 */
public final class ViewPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewPublisher.class);

  private final HostDirectory directory;
  private final String replica;
  private final String host;
  private final long generation;
  private final int window;
  private final ViewOptions options;
  private final WriterProcess process;
  private final Futex futex = new Futex();

  private final Map<Integer, ViewWriter> views = new HashMap<>();
  private final Map<String, Long> serials = new HashMap<>(); // by partition name: last one used
  private final Map<String, AckReader> acks = new ConcurrentHashMap<>();
  private final HostAckReader hostAck;
  private @Nullable HostViewWriter hostView;
  private long hostSerial;

  /**
   * Begins a generation of views.
   *
   * @param replica its name
   * @param host the host's name, as in AttachHost
   * @param generation the replica's incarnation, from its AttachReplica
   * @param window the host's window: bits 59..40 of its frames
   * @throws IOException if the directory cannot be used
   */
  public ViewPublisher(
      HostDirectory directory,
      String replica,
      String host,
      long generation,
      int window,
      ViewOptions options)
      throws IOException {
    this(directory, replica, host, generation, window, options, WriterProcess.current());
  }

  ViewPublisher(
      HostDirectory directory,
      String replica,
      String host,
      long generation,
      int window,
      ViewOptions options,
      WriterProcess process)
      throws IOException {
    this.directory = directory.create();
    this.replica = replica;
    this.host = HostDirectory.requireName("host", host);
    this.generation = generation;
    this.window = window;
    this.options = options;
    this.process = process;
    this.hostAck = new HostAckReader(directory, host);
    Files.createDirectories(directory.views(replica));
    retirePredecessors();
  }

  /**
   * Opens the view of a partition, empty and without a version: map, then publish.
   *
   * @throws IllegalStateException if it is open
   */
  public ViewWriter openPartitionView(int partition, String name) throws IOException {
    if (views.containsKey(partition)) {
      throw new IllegalStateException("the view of partition " + partition + " is open");
    }
    long serial = serials.getOrDefault(name, 0L) + 1;
    ViewIdentity identity = new ViewIdentity(generation, serial, partition, name, replica, window);
    AckReader ack = acknowledgements(name);
    ViewWriter writer =
        new ViewWriter(
            directory.view(replica, name),
            identity,
            options,
            process,
            new Waker(futex, ack::sleeping));
    views.put(partition, writer);
    serials.put(name, serial);
    return writer;
  }

  /** Retires a partition's view, because the partition is gone. */
  public void retirePartitionView(int partition) throws IOException {
    ViewWriter writer = views.remove(partition);
    if (writer == null) {
      throw new IllegalStateException("partition " + partition + " has no open view");
    }
    serials.put(writer.partitionName(), writer.serial());
    writer.retire();
  }

  /** Opens the host view, without a version: publish. */
  public HostViewWriter openHostView() {
    if (hostView != null) {
      throw new IllegalStateException("the host view is open");
    }
    hostView =
        new HostViewWriter(
            directory.hostView(replica),
            new HostViewWriter.Identity(generation, host, replica, window),
            hostSerial,
            process,
            new Waker(futex, hostAck::sleeping));
    return hostView;
  }

  /** A reader of what a partition's monitor acknowledges. */
  public AckReader acknowledgements(String partition) {
    return acks.computeIfAbsent(partition, name -> new AckReader(directory, name));
  }

  /** The reader of what the host agent has done. */
  public HostAckReader hostAcknowledgements() {
    return hostAck;
  }

  /** Stamps all views' sign of life, from the thread that applies the log. */
  public void beat(long knownSequence) {
    views.values().forEach(view -> view.beat(knownSequence));
    if (hostView != null) {
      hostView.beat(knownSequence);
    }
  }

  /** Retires all views; new ones may be opened afterwards. */
  public void retireAll() throws IOException {
    for (int partition : List.copyOf(views.keySet())) {
      retirePartitionView(partition);
    }
    if (hostView != null) {
      hostSerial = hostView.serial();
      hostView.retire();
      hostView = null;
    }
  }

  /** Leaves the views as they are; monitors go on with them. */
  @Override
  public void close() throws IOException {
    for (ViewWriter view : views.values()) {
      view.close();
    }
    views.clear();
    if (hostView != null) {
      hostView.close();
      hostView = null;
    }
  }

  /** Marks the files of an earlier incarnation as retired, and removes unfinished ones. */
  private void retirePredecessors() throws IOException {
    try (Stream<Path> files = Files.list(directory.views(replica))) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".tmp")) {
          Files.delete(file);
        } else {
          retirePredecessor(file);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void retirePredecessor(Path path) throws IOException {
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      if (channel.size() < ViewLayout.COMMIT_RING / 8) {
        LOG.warn("{} is not a view and stays as it is", path);
        return;
      }
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, 0x2000, arena);
      boolean view = Words.hasMagic(memory, ViewLayout.MAGIC);
      if (!view && !Words.hasMagic(memory, HostViewLayout.MAGIC)) {
        LOG.warn("{} is not a view and stays as it is", path);
        return;
      }
      long old = Words.get(memory, ViewLayout.GENERATION);
      if (old >= generation) {
        throw new IOException(
            "%s is of generation %d, below %d expected: another replica %s is at work"
                .formatted(path, old, generation, replica));
      }
      // Both kinds have state and wake at the same place.
      Words.setRelease(memory, ViewLayout.STATE, ViewLayout.RETIRED);
      Words.increment(memory, ViewLayout.WAKE);
      futex.wakeAll(memory, ViewLayout.WAKE);
    }
  }
}
