package org.ultravisor.node.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.bridge.AckReader;
import org.ultravisor.bridge.HostAck;
import org.ultravisor.bridge.HostAckReader;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.bridge.LayoutException;
import org.ultravisor.bridge.MonitorAck;
import org.ultravisor.ledger.core.MonitorInfo;

/** Reads the answers from the host's directory. One thread. */
final class AnswerFiles implements AnswerSource {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerFiles.class);
  private static final String SUFFIX = ".ack";

  private final HostDirectory directory;
  private final HostAckReader agent;
  private final Map<String, AckReader> monitors = new HashMap<>();
  private final Set<String> complaints = new HashSet<>();

  AnswerFiles(HostDirectory directory, String host) {
    this.directory = directory;
    this.agent = new HostAckReader(directory, host);
  }

  @Override
  public Answers read(HostFacts known) throws IOException {
    List<Answers.Monitor> found = new ArrayList<>();
    for (String partition : partitions()) {
      AckReader reader =
          monitors.computeIfAbsent(partition, name -> new AckReader(directory, name));
      try {
        reader.poll().ifPresent(ack -> found.add(monitor(partition, ack, known)));
      } catch (LayoutException e) {
        complain(e);
      }
    }
    return new Answers(found, readAgent(known));
  }

  private List<String> partitions() throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(directory.monitors())) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(directory.monitors(), "*" + SUFFIX)) {
        for (Path file : files) {
          String name = String.valueOf(file.getFileName());
          names.add(name.substring(0, name.length() - SUFFIX.length()));
        }
      }
    }
    names.sort(null);
    return names;
  }

  // Whether a process lives is asked only where it matters: it is not attached yet.
  private static Answers.Monitor monitor(String partition, MonitorAck ack, HostFacts known) {
    MonitorInfo attached = known.monitors().get(partition);
    boolean alive =
        attached == null && ack.ended() == 0 && ProcessLife.isAlive(ack.pid(), ack.start());
    return new Answers.Monitor(
        partition, ack.nonce(), ack.incarnation(), ack.acknowledged(), alive);
  }

  private Answers.@Nullable Agent readAgent(HostFacts known) throws IOException {
    Optional<HostAck> read;
    try {
      read = agent.poll();
    } catch (LayoutException e) {
      complain(e);
      return null;
    }
    if (read.isEmpty()) {
      return null;
    }
    HostAck ack = read.get();
    boolean attached = known.host().filter(host -> host.nonce() == ack.nonce()).isPresent();
    if (!attached && (ack.ended() != 0 || !ProcessLife.isAlive(ack.pid(), ack.start()))) {
      return null;
    }
    Set<Long> dead = new HashSet<>();
    ack.dead().forEach(monitor -> dead.add(monitor.incarnation()));
    return new Answers.Agent(ack.nonce(), ack.incarnation(), Set.copyOf(ack.scrubbed()), dead);
  }

  private void complain(LayoutException e) {
    if (complaints.add(String.valueOf(e.getMessage()))) {
      LOG.warn("Not believed and left out until it changes: {}", e.getMessage());
    }
  }
}
