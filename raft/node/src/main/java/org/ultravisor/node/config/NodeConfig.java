package org.ultravisor.node.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.ultravisor.raft.replica.Transport;

/**
 * What one replica's process is told. Relative directories are relative to the file's own.
 *
 * @param id which of the replicas this one is
 * @param replicas the founding members, this one included, the same in every founder's file; for a
 *     replica that joins, itself and others to ask
 * @param join the cluster that it joins; empty for a founder
 * @param dataDirectory this replica's log and store; one process at a time
 * @param host the host whose monitors this replica serves
 * @param election bounds of the random time without a leader before an election
 * @param transport how the replicas talk to each other, the same for all of them
 * @param guard how the replica looks after itself
 * @param security how it and its clients know each other
 */
public record NodeConfig(
    String id,
    List<Member> replicas,
    Optional<Join> join,
    Path dataDirectory,
    Host host,
    Election election,
    Transport transport,
    Guard guard,
    SecurityConfig security) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final int MAX_WINDOW = (1 << 20) - 1;

  public NodeConfig {
    replicas = List.copyOf(replicas);
  }

  /** A founder with the usual transport and guard, in plain text. */
  public NodeConfig(
      String id, List<Member> replicas, Path dataDirectory, Host host, Election election) {
    this(
        id,
        replicas,
        Optional.empty(),
        dataDirectory,
        host,
        election,
        Transport.WIRE,
        Guard.DEFAULT,
        SecurityConfig.PLAIN);
  }

  /**
   * A replica as the others and clients reach it.
   *
   * @param host name or address
   * @param raftPort of the replicas' own protocol
   * @param commandPort of the command channel
   */
  public record Member(String id, String host, int raftPort, int commandPort) {
    /** {@code host:port} of the command channel. */
    public String commandAddress() {
      return address(commandPort);
    }

    String raftAddress() {
      return address(raftPort);
    }

    private String address(int port) {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * The host that monitors run on.
   *
   * @param name as it attaches to the ledger
   * @param window its 4 PiB window of frame numbers
   * @param directory in a file system in memory, where views, locks and acknowledgements lie
   */
  public record Host(String name, int window, Path directory) {}

  /**
   * What a replica joins.
   *
   * @param listener whether it only follows and does not vote
   */
  public record Join(UUID cluster, boolean listener) {}

  /**
   * See docs/operations.md.
   *
   * @param reportEvery sequences between two reports of the state, the same for all replicas
   * @param stalledDiskSeconds after which a leader whose disk does not answer gives up
   * @param leastFreeMegabytes with less disk space no new transactions are taken
   */
  public record Guard(int reportEvery, int stalledDiskSeconds, int leastFreeMegabytes) {
    public static final Guard DEFAULT = new Guard(10_000, 10, 128);
  }

  /** In milliseconds. */
  public record Election(int minimumMillis, int maximumMillis) {
    public static final Election DEFAULT = new Election(500, 1000);
  }

  /** This replica among {@link #replicas}. */
  public Member self() {
    return replicas.stream().filter(member -> member.id().equals(id)).findFirst().orElseThrow();
  }

  /** Reads a file for whichever replica it is. */
  public static NodeConfig read(Path file) throws ConfigException {
    return read(file, "");
  }

  /**
   * Reads a file.
   *
   * @param expectedId which replica it must be for; empty for whichever it says
   */
  public static NodeConfig read(Path file, String expectedId) throws ConfigException {
    Fields fields = ConfigFile.read(file);
    String id = name(fields, "id");
    if (!expectedId.isEmpty() && !expectedId.equals(id)) {
      throw fields.error("id", "is '%s', but --id says '%s'".formatted(id, expectedId));
    }
    Path absolute = file.toAbsolutePath();
    List<Member> members = members(fields);
    NodeConfig config =
        new NodeConfig(
            id,
            members,
            join(fields),
            absolute.resolveSibling(fields.text("dataDirectory")).normalize(),
            host(fields.object("host"), absolute),
            election(fields),
            transport(fields),
            guard(fields),
            SecurityConfig.read(fields, absolute, members));
    fields.noMore();
    if (config.replicas().stream().noneMatch(member -> member.id().equals(id))) {
      throw fields.error("id", "'%s' is not one of the replicas listed".formatted(id));
    }
    return config;
  }

  private static List<Member> members(Fields fields) throws ConfigException {
    List<Member> members = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (Fields each : fields.objects("replicas")) {
      Member member =
          new Member(
              name(each, "id"),
              each.text("host"),
              each.integer("raftPort", 1, 65535),
              each.integer("commandPort", 1, 65535));
      each.noMore();
      if (!ids.add(member.id())) {
        throw each.error("id", "is listed twice: " + member.id());
      }
      if (!addresses.add(member.raftAddress())) {
        throw each.error("raftPort", "is taken by another entry: " + member.raftAddress());
      }
      if (!addresses.add(member.commandAddress())) {
        throw each.error("commandPort", "is taken by another entry: " + member.commandAddress());
      }
      members.add(member);
    }
    return members;
  }

  private static Optional<Join> join(Fields fields) throws ConfigException {
    Fields join = fields.objectOrNull("join");
    if (join == null) {
      return Optional.empty();
    }
    String cluster = join.text("cluster");
    boolean listener = join.flag("listener", false);
    join.noMore();
    if (!UUID_TEXT.matcher(cluster).matches()) {
      throw join.error(
          "cluster", "must be a UUID, as 'ultravisor cluster status' shows it: " + cluster);
    }
    return Optional.of(new Join(UUID.fromString(cluster), listener));
  }

  private static Host host(Fields fields, Path file) throws ConfigException {
    Host host =
        new Host(
            name(fields, "name"),
            fields.integer("window", 0, MAX_WINDOW, 0),
            file.resolveSibling(fields.text("directory")).normalize());
    fields.noMore();
    return host;
  }

  private static Election election(Fields fields) throws ConfigException {
    Fields election = fields.objectOrNull("election");
    if (election == null) {
      return Election.DEFAULT;
    }
    int minimum = election.integer("minimumMillis", 50, 600_000);
    int maximum = election.integer("maximumMillis", minimum + 1, 1_200_000);
    election.noMore();
    return new Election(minimum, maximum);
  }

  private static Guard guard(Fields fields) throws ConfigException {
    Fields guard = fields.objectOrNull("guard");
    if (guard == null) {
      return Guard.DEFAULT;
    }
    Guard read =
        new Guard(
            guard.integer("reportEvery", 100, Integer.MAX_VALUE, Guard.DEFAULT.reportEvery()),
            guard.integer("stalledDiskSeconds", 1, 3600, Guard.DEFAULT.stalledDiskSeconds()),
            guard.integer(
                "leastFreeMegabytes", 0, Integer.MAX_VALUE, Guard.DEFAULT.leastFreeMegabytes()));
    guard.noMore();
    return read;
  }

  private static Transport transport(Fields fields) throws ConfigException {
    String text = fields.text("transport", Transport.WIRE.name());
    for (Transport transport : Transport.values()) {
      if (transport.name().equalsIgnoreCase(text)) {
        return transport;
      }
    }
    throw fields.error("transport", "must be wire or grpc: '%s'".formatted(text));
  }

  private static String name(Fields fields, String field) throws ConfigException {
    String name = fields.text(field);
    if (!NAME.matcher(name).matches()) {
      throw fields.error(
          field, "must be 1 to 64 letters, digits, '.', '_' or '-': '%s'".formatted(name));
    }
    return name;
  }
}
