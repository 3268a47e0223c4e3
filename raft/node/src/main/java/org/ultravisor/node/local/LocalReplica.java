package org.ultravisor.node.local;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One replica of a local cluster: where it is, and its process while it runs. */
final class LocalReplica {
  private final String id;
  private final int raftPort;
  private final int commandPort;
  private final Path directory;
  private @Nullable ChildProcess process;

  LocalReplica(String id, int raftPort, int commandPort, Path directory) {
    this.id = id;
    this.raftPort = raftPort;
    this.commandPort = commandPort;
    this.directory = directory;
  }

  String id() {
    return id;
  }

  int raftPort() {
    return raftPort;
  }

  int commandPort() {
    return commandPort;
  }

  Path directory() {
    return directory;
  }

  String commandAddress() {
    return "127.0.0.1:" + commandPort;
  }

  Path configuration(Path parent) {
    return parent.resolve(id + ".yaml");
  }

  boolean started() {
    return process != null;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  ChildProcess process() {
    return Objects.requireNonNull(process, () -> "replica " + id + " was not started");
  }

  void startedAs(ChildProcess child) {
    process = child;
  }

  void forget() {
    process = null;
  }
}
