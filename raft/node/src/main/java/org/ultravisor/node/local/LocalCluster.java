package org.ultravisor.node.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * Replicas as child processes of this JVM, on free ports of 127.0.0.1. They run with this JVM's own
 * class path, so what is tested is what was built. One thread at a time.
 */
public final class LocalCluster implements AutoCloseable {
  private final Directories places;
  private final LocalOptions options;
  private final List<LocalReplica> replicas;

  private LocalCluster(Directories places, LocalOptions options, List<LocalReplica> replicas) {
    this.places = places;
    this.options = options;
    this.replicas = replicas;
  }

  /** Writes configurations and starts all replicas; does not wait for a leader. */
  public static LocalCluster start(Directories places, LocalOptions options) throws IOException {
    List<Integer> ports = FreePorts.find(2 * options.replicas());
    List<LocalReplica> replicas = new ArrayList<>();
    for (int i = 0; i < options.replicas(); i++) {
      replicas.add(
          new LocalReplica(
              "r" + (i + 1),
              ports.get(2 * i),
              ports.get(2 * i + 1),
              places.disk().resolve("r" + (i + 1))));
    }
    LocalCluster cluster = new LocalCluster(places, options, replicas);
    try {
      for (LocalReplica replica : replicas) {
        Files.writeString(replica.configuration(places.disk()), cluster.configurationOf(replica));
        cluster.startReplica(replica.id());
      }
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  public List<String> ids() {
    return replicas.stream().map(LocalReplica::id).toList();
  }

  /** Addresses of the command channels, {@code 127.0.0.1:port}, in the order of {@link #ids}. */
  public List<String> commandAddresses() {
    return replicas.stream().map(LocalReplica::commandAddress).toList();
  }

  public String commandAddress(String id) {
    return replica(id).commandAddress();
  }

  /** Where each replica keeps all it has, in the order of {@link #ids}. */
  public List<Path> dataDirectories() {
    return replicas.stream().map(LocalReplica::directory).toList();
  }

  /** Process numbers of the replicas that run now. */
  public List<Long> pids() {
    return replicas.stream().filter(LocalReplica::isAlive).map(r -> r.process().pid()).toList();
  }

  public boolean isAlive(String id) {
    return replica(id).isAlive();
  }

  /** Throws with the end of its output if any replica that should run has ended. */
  public void requireAlive() throws IOException {
    for (LocalReplica replica : replicas) {
      if (replica.started()) {
        replica.process().requireAlive();
      }
    }
  }

  /** SIGKILL. */
  public void kill(String id) throws InterruptedException {
    LocalReplica replica = replica(id);
    replica.process().kill();
    replica.forget();
  }

  /** SIGTERM, and waits: a leader hands over first. Returns its exit code. */
  public int stop(String id) throws InterruptedException {
    LocalReplica replica = replica(id);
    int exitCode = replica.process().stop();
    replica.forget();
    return exitCode;
  }

  /** Starts a replica that does not run. */
  public void startReplica(String id) throws IOException {
    LocalReplica replica = replica(id);
    if (replica.isAlive()) {
      throw new IllegalStateException(id + " runs already");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options.jvmOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("org.ultravisor.node.Main", "replica", "--id", id, "--config"));
    command.add(replica.configuration(places.disk()).toString());
    replica.startedAs(
        ChildProcess.start("replica " + id, places.disk().resolve(id + ".log"), command));
  }

  /** SIGTERM to all, then waits; their directories remain. */
  @Override
  public void close() {
    for (LocalReplica replica : replicas) {
      if (replica.started()) {
        replica.process().close();
        replica.forget();
      }
    }
  }

  private LocalReplica replica(String id) {
    return replicas.stream()
        .filter(r -> r.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no replica " + id + " among " + ids()));
  }

  private String configurationOf(LocalReplica own) {
    StringBuilder text = new StringBuilder();
    text.append("id: ").append(own.id()).append('\n');
    text.append("dataDirectory: '").append(own.directory()).append("'\n");
    text.append(
        String.format(
            Locale.ROOT,
            "host:\n  name: %s\n  window: 0\n  directory: '%s'\n",
            options.hostName(),
            places.host()));
    text.append(
        String.format(
            Locale.ROOT,
            "election:\n  minimumMillis: %d\n  maximumMillis: %d\n",
            options.electionMinimumMillis(),
            options.electionMaximumMillis()));
    text.append("plainText: true\n"); // all of it is on this machine's loopback
    text.append("replicas:\n");
    for (LocalReplica replica : replicas) {
      text.append(
          String.format(
              Locale.ROOT,
              "  - id: %s\n    host: 127.0.0.1\n    raftPort: %d\n    commandPort: %d\n",
              replica.id(),
              replica.raftPort(),
              replica.commandPort()));
    }
    return text.toString();
  }
}
