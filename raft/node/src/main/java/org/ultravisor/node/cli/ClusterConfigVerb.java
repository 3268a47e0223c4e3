package org.ultravisor.node.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.Loopback;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The configuration of a replica that is to join. */
@Command(
    name = "config",
    description = "Print the configuration file of a new replica that is to join this cluster.",
    mixinStandardHelpOptions = true)
final class ClusterConfigVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ClusterChangeVerbs.Addresses addresses = new ClusterChangeVerbs.Addresses();

  @Parameters(paramLabel = "ID", description = "The new replica's id.")
  private String id = "";

  @Option(names = "--listener", description = "It will only follow, and not vote.")
  private boolean listener;

  @Option(
      names = "--directory",
      paramLabel = "DIRECTORY",
      description = "What it keeps (default: /var/lib/ultravisor/ID).")
  private String directory = "";

  @Option(
      names = "--host-name",
      paramLabel = "NAME",
      description = "The host that it serves (default: host0).")
  private String hostName = "host0";

  @Option(
      names = "--host-directory",
      paramLabel = "DIRECTORY",
      description = "That host's views and locks (default: ${DEFAULT-VALUE}).")
  private String hostDirectory = "/dev/shm/ultravisor";

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    ClusterStatus status;
    try (Cluster connected = cluster.connect(output.terminal())) {
      status = connected.leaderStatus();
    }
    if (status.members().stream().anyMatch(member -> member.replica().equals(id))) {
      throw CliFailure.failed(
          id + " is a member of this cluster already; a new replica needs a new id");
    }
    output.print(text(status).stripTrailing());
    return ExitCode.OK;
  }

  private String text(ClusterStatus status) throws CliFailure {
    StringBuilder text = new StringBuilder();
    text.append("# Start it with: ultravisor replica --id %s --config THIS-FILE\n".formatted(id));
    text.append(
        "# Then:          ultravisor cluster add %s --raft %s --command %s%s\n"
            .formatted(id, addresses.raft(), addresses.command(), listener ? " --listener" : ""));
    text.append("id: ").append(id).append('\n');
    text.append("join: {cluster: %s, listener: %s}\n".formatted(status.cluster(), listener));
    text.append("replicas:   # itself; who the others are it hears from them\n");
    Place raft = Place.of(addresses.raft(), "--raft");
    Place command = Place.of(addresses.command(), "--command");
    if (!raft.host().equals(command.host())) {
      throw CliFailure.usage("--raft and --command must name the same host");
    }
    text.append(entry(id, raft.host(), raft.port(), command.port()));
    text.append("dataDirectory: '%s'\n".formatted(directory.isEmpty() ? usual() : directory));
    text.append(
        String.format(
            Locale.ROOT,
            "host: {name: %s, window: 0, directory: '%s'}\n",
            hostName,
            hostDirectory));
    text.append(
        Loopback.is(raft.host())
            ? "plainText: true\n"
            : "tls: {certificate: certificate.pem, key: key.pem, trust: trust.pem}\n");
    return text.toString();
  }

  private String usual() {
    return "/var/lib/ultravisor/" + id;
  }

  private static String entry(String id, String host, int raftPort, int commandPort) {
    return String.format(
        Locale.ROOT,
        "  - {id: %s, host: '%s', raftPort: %d, commandPort: %d}\n",
        id,
        host,
        raftPort,
        commandPort);
  }

  private record Place(String host, int port) {
    static Place of(String address, String option) throws CliFailure {
      int colon = address.lastIndexOf(':');
      try {
        int port = Integer.parseInt(address.substring(colon + 1));
        String host = colon < 1 ? "" : address.substring(0, colon);
        if (!host.isEmpty() && port > 0 && port < 65536) {
          return new Place(host.replaceAll("[\\[\\]]", ""), port);
        }
      } catch (NumberFormatException e) {
        throw CliFailure.usage(wrong(address, option));
      }
      throw CliFailure.usage(wrong(address, option));
    }

    private static String wrong(String address, String option) {
      return "%s must be HOST:PORT: '%s'".formatted(option, address);
    }
  }
}
