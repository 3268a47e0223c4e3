package org.ultravisor.node.cli;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.command.Loopback;
import org.ultravisor.node.config.ClusterState;
import org.ultravisor.node.config.ConfigException;
import org.ultravisor.node.process.ChannelSecurity;
import org.ultravisor.raft.tls.TlsFiles;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Mixed into verbs that talk to a cluster: where it is. */
final class ClusterOptions {
  static final String ISSUER = "cli";
  static final String VARIABLE = "ULTRAVISOR_CLUSTER";

  @Option(
      names = "--cluster",
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "Command channels of some or all replicas (default: $ULTRAVISOR_CLUSTER, else the demo"
              + " that this user keeps up).")
  private List<String> addresses = new ArrayList<>();

  @Mixin private final TlsOptions tls = new TlsOptions();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Give up after this many seconds (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = 15;

  /** Connects to the cluster that the options, the environment or a demo name. */
  Cluster connect(Terminal terminal) throws CliFailure {
    return connect(terminal, ISSUER);
  }

  /**
   * The same in another name.
   *
   * @param issuer who asks, for the audit log
   */
  Cluster connect(Terminal terminal, String issuer) throws CliFailure {
    if (timeoutSeconds < 1) {
      throw CliFailure.usage("--timeout must be at least 1 second: " + timeoutSeconds);
    }
    Optional<TlsFiles> files = tls.open(terminal);
    return new Cluster(
        schemed(addresses(terminal), files.isPresent()),
        issuer,
        Duration.ofSeconds(timeoutSeconds),
        files.map(ChannelSecurity::of).orElse(null));
  }

  /** With TLS every replica is asked by it; without, only this machine is asked. */
  private static List<URI> schemed(List<URI> named, boolean secure) throws CliFailure {
    List<URI> schemed = new ArrayList<>();
    for (URI address : named) {
      if (!secure && (address.toString().startsWith("https") || !Loopback.is(address.getHost()))) {
        throw CliFailure.usage(
            "%s is asked with a certificate only: name its files with --tls DIRECTORY or %s"
                .formatted(address, TlsOptions.VARIABLE));
      }
      schemed.add(secure ? URI.create("https://" + address.getRawAuthority()) : address);
    }
    return schemed;
  }

  /** Base addresses of the command channels, at least one. */
  List<URI> addresses(Terminal terminal) throws CliFailure {
    if (!addresses.isEmpty()) {
      return parse(addresses, "--cluster");
    }
    String variable = terminal.environment().getOrDefault(VARIABLE, "");
    if (!variable.isBlank()) {
      return parse(List.of(variable.split(",", -1)), VARIABLE);
    }
    ClusterState state = ClusterState.ofUser(terminal.environment());
    try {
      List<String> found = state.read();
      if (!found.isEmpty()) {
        return parse(found, state.file().toString());
      }
    } catch (ConfigException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
    throw CliFailure.usage(
        "which cluster? Name its command channels with --cluster HOST:PORT[,HOST:PORT...] or "
            + VARIABLE
            + ", or start one with 'ultravisor demo --serve'");
  }

  private static List<URI> parse(List<String> texts, String where) throws CliFailure {
    List<URI> parsed = new ArrayList<>();
    for (String text : texts) {
      String stripped = text.strip();
      try {
        URI address = URI.create(stripped.contains("://") ? stripped : "http://" + stripped);
        if (address.getHost() != null && address.getPort() > 0) {
          parsed.add(address);
          continue;
        }
      } catch (IllegalArgumentException e) {
        throw CliFailure.usage(wrong(where, text) + ": " + e.getMessage());
      }
      throw CliFailure.usage(wrong(where, text));
    }
    return parsed;
  }

  private static String wrong(String where, String text) {
    return "%s must name command channels as HOST:PORT[,HOST:PORT...], found '%s'"
        .formatted(where, text);
  }
}
