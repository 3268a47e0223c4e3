package org.ultravisor.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.command.Loopback;
import org.ultravisor.ledger.command.server.ChannelLimits;
import org.ultravisor.raft.tls.TlsPaths;

/**
 * How a replica and its clients know each other, and what clients may use.
 *
 * @param tls empty for plain text, which is for replicas that are all on this machine
 */
public record SecurityConfig(Optional<TlsPaths> tls, ChannelLimits limits) {
  /** Plain text and the usual limits. */
  public static final SecurityConfig PLAIN =
      new SecurityConfig(Optional.empty(), ChannelLimits.DEFAULT);

  static SecurityConfig read(Fields fields, Path file, List<NodeConfig.Member> members)
      throws ConfigException {
    boolean plain = fields.flag("plainText", false);
    Fields tls = fields.objectOrNull("tls");
    SecurityConfig read =
        new SecurityConfig(
            tls == null ? Optional.empty() : Optional.of(paths(tls, file)), limits(fields));
    if (tls != null && plain) {
      throw fields.error("plainText", "cannot be true where there is 'tls'");
    }
    if (tls == null && !plain) {
      throw fields.error(
          "tls",
          "is missing: give certificate, key and trust ('ultravisor cluster certs DIRECTORY' makes"
              + " a set for development); replicas that are all on one machine, which whoever uses"
              + " it may command, do without by 'plainText: true'");
    }
    for (NodeConfig.Member member : members) {
      if (plain && !Loopback.is(member.host())) {
        throw fields.error(
            "plainText",
            "is for replicas that are all on this machine; %s is at %s. Give 'tls' instead"
                .formatted(member.id(), member.host()));
      }
    }
    return read;
  }

  private static TlsPaths paths(Fields tls, Path file) throws ConfigException {
    TlsPaths paths =
        new TlsPaths(
            file.resolveSibling(tls.text("certificate")).normalize(),
            file.resolveSibling(tls.text("key")).normalize(),
            file.resolveSibling(tls.text("trust")).normalize());
    tls.noMore();
    return paths;
  }

  private static ChannelLimits limits(Fields fields) throws ConfigException {
    ChannelLimits usual = ChannelLimits.DEFAULT;
    Fields limits = fields.objectOrNull("limits");
    if (limits == null) {
      return usual;
    }
    int most = Integer.MAX_VALUE;
    ChannelLimits read =
        new ChannelLimits(
            limits.integer("connections", 1, most, usual.connections()),
            limits.integer("connectionsPerAddress", 1, most, usual.connectionsPerAddress()),
            limits.integer("requestsPerSecond", 1, 1_000_000_000, usual.requestsPerSecond()),
            limits.integer("burst", 1, most, usual.burst()),
            limits.integer("headerBytes", 1024, 1 << 20, usual.headerBytes()),
            limits.integer("bodyBytes", 1024, 1 << 30, usual.bodyBytes()),
            Duration.ofSeconds(
                limits.integer("idleSeconds", 1, 86_400, (int) usual.idle().toSeconds())),
            Duration.ofMillis(
                limits.integer("patienceMillis", 100, 600_000, (int) usual.patience().toMillis())));
    limits.noMore();
    return read;
  }
}
