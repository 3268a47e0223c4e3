package org.ultravisor.node.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The native side of a local cluster: the host agent and a monitor with a guest for each partition
 * asked for. One thread at a time.
 */
public final class LocalHost implements AutoCloseable {
  private final Directories places;
  private final NativePrograms programs;
  private final Map<String, ChildProcess> monitors = new LinkedHashMap<>();
  private final ChildProcess agent;

  private LocalHost(Directories places, NativePrograms programs, ChildProcess agent) {
    this.places = places;
    this.programs = programs;
    this.agent = agent;
  }

  /** Starts the host agent, which makes the host's memory object. */
  public static LocalHost start(Directories places, NativePrograms programs, String host)
      throws IOException {
    ChildProcess agent =
        ChildProcess.start(
            "ultrahost",
            places.disk().resolve("ultrahost.log"),
            List.of(
                programs.program("ultrahost").toString(),
                "--dir",
                places.host().toString(),
                "--host",
                host));
    return new LocalHost(places, programs, agent);
  }

  /** Starts a partition's monitor with the small guest. */
  public void startMonitor(String partition, long seed) throws IOException {
    Path log = places.disk().resolve("monitor-" + partition + ".log");
    List<String> command = new ArrayList<>();
    command.add(programs.program("ultramonitor").toString());
    command.addAll(List.of("--dir", places.host().toString()));
    command.addAll(List.of("--partition", partition, "--seed", Long.toString(seed)));
    monitors.put(partition, ChildProcess.start("monitor of " + partition, log, command));
  }

  public List<String> partitions() {
    return List.copyOf(monitors.keySet());
  }

  /** Throws with the end of its output if the agent or any monitor has ended. */
  public void requireAlive() throws IOException {
    agent.requireAlive();
    for (ChildProcess monitor : monitors.values()) {
      monitor.requireAlive();
    }
  }

  /** SIGKILL to a monitor; its guest dies with it. */
  public void killMonitor(String partition) throws InterruptedException {
    ChildProcess monitor = monitors.remove(partition);
    if (monitor == null) {
      throw new NoSuchElementException("no monitor of " + partition);
    }
    monitor.kill();
  }

  /** Stops monitors first, then the agent. */
  @Override
  public void close() {
    monitors.values().forEach(ChildProcess::close);
    monitors.clear();
    agent.close();
  }
}
