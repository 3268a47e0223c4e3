package org.ultravisor.raft.replica;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.codec.EncodedTransaction;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.Applied;
import org.ultravisor.ledger.store.LedgerStore;
import org.ultravisor.ledger.store.StoreLibrary;
import org.ultravisor.ledger.store.StoreOptions;
import org.ultravisor.raft.replica.ReplicaStatus.LifeCycle;
import org.ultravisor.raft.replica.ReplicaStatus.PeerProgress;
import org.ultravisor.raft.replica.ReplicaStatus.Role;
import org.ultravisor.raft.tls.TlsFiles;
import org.ultravisor.raft.tls.TlsSockets;
import org.ultravisor.raft.wire.Sockets;
import org.ultravisor.raft.wire.TcpWire;
import org.ultravisor.raft.wire.Wire;
import org.ultravisor.raft.wire.WireRpc;

/**
 * One member of the cluster: a copy of the ledger that follows the replicated log.
 *
 * <p>A transaction's outcome is told only after a majority has its log entry on disk and it was
 * applied and written here. All methods may be called by any thread; futures are completed on
 * threads of the replica's own, never on Raft's.
 */
public final class Replica implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  private final ReplicaConfig config;
  private final ReplicaDirectory directory;
  private final FailStop failStop;
  private final Leadership leadership;
  private final RulesGuard rules;
  private final Divergence divergence;
  private final LiveLedger live;
  private final SnapshotStorage snapshots;
  private final LedgerStateMachine machine;
  private final RaftGroupId group;
  private final RaftServer server;
  private final Division division;
  private final RatisLog log;
  private final GroupCommit commit;
  private final Watch watch;
  private final Ticker ticker;
  private final DiskWatch disk;
  private final ExecutorService readers;
  private final SharedReads reads;
  private final Administration administration;
  private volatile @Nullable SelfReports selfReports;
  private final MemberChanges changes;
  private final Backups backups;

  /**
   * Recovers the store and joins the cluster; formats the directory if it is empty or missing.
   *
   * @throws IOException naming the directory and what is wrong with it; nothing was changed
   */
  public static Replica start(ReplicaConfig config, ReplicaListener listener) throws IOException {
    return start(config, listener, InstantSource.system());
  }

  /**
   * As {@link #start(ReplicaConfig, ReplicaListener)}.
   *
   * @param clock where ledger time comes from while this replica leads
   */
  public static Replica start(ReplicaConfig config, ReplicaListener listener, InstantSource clock)
      throws IOException {
    return start(config, listener, clock, wire -> wire);
  }

  /**
   * As {@link #start(ReplicaConfig, ReplicaListener, InstantSource)}.
   *
   * @param network what is between the replica's wire and Raft: tests lose messages there
   */
  static Replica start(
      ReplicaConfig config,
      ReplicaListener listener,
      InstantSource clock,
      UnaryOperator<Wire> network)
      throws IOException {
    return start(config, listener, clock, network, Ledger.NEWEST_RULES);
  }

  /**
   * As a program that knows other rules would.
   *
   * @param knownRules the newest ones
   */
  static Replica start(
      ReplicaConfig config,
      ReplicaListener listener,
      InstantSource clock,
      UnaryOperator<Wire> network,
      int knownRules)
      throws IOException {
    ReplicaDirectory directory = ReplicaDirectory.open(config);
    try {
      return new Replica(config, directory, listener, clock, network, knownRules);
    } catch (Throwable e) {
      directory.close();
      throw e;
    }
  }

  private Replica(
      ReplicaConfig config,
      ReplicaDirectory directory,
      ReplicaListener listener,
      InstantSource clock,
      UnaryOperator<Wire> network,
      int knownRules)
      throws IOException {
    this.config = config;
    this.directory = directory;
    ProcessEnd.prepare();
    LedgerCodec codec = new LedgerCodec();
    RatisLog.Proposals proposals = new RatisLog.Proposals();
    failStop = new FailStop(config.id(), listener, this::leftOut);
    StoreLibrary.loadFrom(directory.libraries());
    leadership =
        new Leadership(
            Quorum.of(RaftPeerId.valueOf(config.id()), this::configuration),
            config.electionTimeouts().most().multipliedBy(2));
    rules = new RulesGuard(config.id(), knownRules);
    divergence = new Divergence(config.id(), config.guard(), directory.diverged());
    live =
        new LiveLedger(
            directory.store(),
            StoreOptions.DEFAULT.withIdentity(directory.group().toString()),
            rules);
    snapshots = new SnapshotStorage(directory);
    machine =
        new LedgerStateMachine(
            live,
            snapshots,
            codec,
            proposals,
            listener,
            leadership,
            failStop,
            rules,
            divergence,
            LogCheck.check(directory.log()));
    group = RaftGroupId.valueOf(directory.group());
    server = startServer(network);
    division = server.getDivision(group);
    divergence.votersAtStart(
        division.getRaftConf().getCurrentPeers().stream()
            .map(peer -> peer.getId().toString())
            .collect(Collectors.toSet()));
    log = new RatisLog(server, group, proposals, leadership, failStop);
    readers =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name(config.id() + "-read-", 0).factory());
    reads = new SharedReads(log::readIndex, this::reader, readers);
    administration =
        new Administration(
            server,
            group,
            config,
            log,
            snapshots,
            live,
            this::membership,
            () -> peers(division.getInfo()),
            readers);
    backups = new Backups(config.id(), directory.group(), log, live, readers);
    Duration silence = config.electionTimeouts().most().multipliedBy(2);
    changes = new MemberChanges(server, group, log, administration, this, silence, readers);
    commit =
        new GroupCommit(
            config.id(),
            log,
            codec,
            config.commitLimits(),
            clock,
            () -> live.applied().ledgerTime());
    watch =
        new Watch(
            config.id(),
            division,
            config.snapshots(),
            machine::bytesSinceSnapshot,
            () -> snapshots.position().getIndex(),
            administration::takeSnapshot,
            new MembershipWatch(division, this::membership, config.electionTimeouts()),
            live::failure,
            failStop);
    disk =
        new DiskWatch(
            config.id(),
            config.guard(),
            ReplicaDisk.of(config.directory()),
            () -> lastIndex(division),
            () -> division.getRaftLog().getFlushIndex(),
            () -> division.getInfo().isLeader(),
            administration::handOver,
            failStop);
    ticker = new Ticker(config.id(), live::due, this::leads, clock, this::submitOwn, failStop);
    LOG.info("Replica {} has started in {}", config.id(), config.directory());
  }

  private RaftServer startServer(UnaryOperator<Wire> network) throws IOException {
    // Raft's own storage knows better as soon as there was a leader.
    List<RaftPeer> peers =
        config.joins().filter(ReplicaConfig.Joining::listener).isPresent()
            ? List.of(config.self().toRaftListener())
            : directory.founders().stream().map(Peer::toRaft).toList();
    RaftServer built =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(config.id()))
            .setGroup(RaftGroup.valueOf(group, peers))
            .setStateMachine(machine)
            .setParameters(transport(network))
            .setProperties(RaftSettings.of(config, directory.raft()))
            .setOption(StartupOption.RECOVER)
            .build();
    try {
      built.start();
      return built;
    } catch (IOException | RuntimeException e) {
      failStop.closing();
      built.close();
      live.close();
      throw new IOException(
          "replica %s cannot start in %s at %s: %s"
              .formatted(config.id(), config.directory(), config.self().address(), e.getMessage()),
          e);
    }
  }

  private Parameters transport(UnaryOperator<Wire> network) {
    return switch (config.transport()) {
      case GRPC -> ConfirmedGrpc.parameters(leadership, config.tls());
      case WIRE ->
          WireRpc.parameters(
              network.apply(
                  new TcpWire(
                      group.getUuid().toString(),
                      config.id(),
                      new InetSocketAddress(config.self().host(), config.self().raftPort()),
                      config.tls().<Sockets>map(TlsSockets::new).orElse(Sockets.PLAIN))),
              leadership);
    };
  }

  /**
   * Puts a principal's transaction into the log, together with others that wait. Fails with a
   * {@link ReplicaException}, which says whether that is definite.
   */
  public CompletableFuture<Outcome> submit(Principal principal, Transaction transaction) {
    Optional<String> lack = disk.lack();
    if (lack.isPresent() && !helpful(transaction)) {
      return CompletableFuture.failedFuture(new ResourcesLowException(lack.get()));
    }
    return commit.submit(principal, transaction);
  }

  /** Puts a transaction of this replica's own into the log, as {@link #submit} does. */
  public CompletableFuture<Outcome> submitOwn(Transaction transaction) {
    return submit(config.tls().map(TlsFiles::principal).orElse(Principal.LOCAL), transaction);
  }

  /**
   * As {@link #submit(Principal, Transaction)}, of a transaction whose bytes are at hand. The
   * future may complete on one of Raft's threads: what depends on it only hands over.
   */
  public CompletableFuture<Outcome> submit(EncodedTransaction transaction) {
    Optional<String> lack = disk.lack();
    if (lack.isPresent() && !helpful(transaction.transaction())) {
      return CompletableFuture.failedFuture(new ResourcesLowException(lack.get()));
    }
    return commit.submit(transaction);
  }

  /**
   * Reads a state that holds everything acknowledged anywhere before the call. Fails with {@link
   * ReadFailedException} where that cannot be had now.
   *
   * @param query runs on a thread of its own; the reader is only valid during the call
   */
  public <T> CompletableFuture<T> read(Function<LedgerReader, T> query) {
    return reads.read(query, false);
  }

  /** As {@link #read}, for queries of microseconds, of which many are answered on one thread. */
  public <T> CompletableFuture<T> readBriefly(Function<LedgerReader, T> query) {
    return reads.read(query, true);
  }

  /** Reads this replica's state as it is, on the caller's thread; it may be behind. */
  public <T> T readStale(Function<LedgerReader, T> query) {
    try (LedgerReader reader = reader()) {
      return query.apply(reader);
    }
  }

  private LedgerReader reader() {
    if (failStop.stopped()) {
      throw new ReplicaStoppedException(config.id());
    }
    return live.reader();
  }

  /** The store, for leaves and the audit log. A snapshot installation replaces it. */
  public LedgerStore store() {
    return live.store();
  }

  public ReplicaConfig config() {
    return config;
  }

  /**
   * Makes another replica the leader, which it is when the future completes. Only the leader can;
   * it fails elsewhere.
   */
  public CompletableFuture<Void> transferLeadership(String peerId) {
    return administration.transferLeadership(peerId);
  }

  /**
   * Gives the leadership away if this replica has it, so that the cluster does not have to find out
   * that it is gone; completes when another leads or nobody else can.
   */
  public CompletableFuture<Void> handOver() {
    return leads() ? administration.handOver() : CompletableFuture.completedFuture(null);
  }

  /**
   * Begins a change of members, or says how far the same change is that was begun before. Only the
   * leader can.
   *
   * @throws ReplicaException if this replica does not lead
   */
  public ChangeProgress change(MemberChange change) throws IOException {
    return changes.change(change);
  }

  /**
   * Takes a snapshot of what is applied while transactions go on, cuts the log, and completes with
   * the snapshot's log index. One that is under way already is the one.
   */
  public CompletableFuture<Long> takeSnapshot() {
    return administration.takeSnapshot();
  }

  /**
   * From now on this replica says in the log what it has at fixed sequences, so that replicas that
   * differ stop, and which rules it knows. Once.
   *
   * @param submit to whichever replica leads
   */
  public void reportThrough(Function<Transaction, CompletableFuture<Outcome>> submit) {
    selfReports = new SelfReports(config.id(), divergence, rules, submit, failStop);
  }

  /** Who belongs to the cluster, as far as this replica has heard. */
  public Membership membership() {
    return Membership.of(directory.group(), configuration());
  }

  private boolean leftOut() {
    return MembershipWatch.leftOut(config.id(), membership());
  }

  private RaftConfiguration configuration() {
    return division.getRaftConf();
  }

  /**
   * Copies the ledger, with everything acknowledged before the call, while transactions go on.
   *
   * @param to a directory on this machine; absolute, and empty or missing
   */
  public CompletableFuture<Backup> backup(Path to) {
    return backups.make(to);
  }

  /** Facts, and what makes room, are taken as long as there is any room. */
  private static boolean helpful(Transaction transaction) {
    return transaction.session() == Transaction.NO_SESSION
        || transaction.operations().stream().allMatch(op -> op instanceof Operation.Compact);
  }

  /** The log's last entry, written or not; -1 for none, or when the log is closed. */
  private static long lastIndex(Division division) {
    RaftLog entries = division.getRaftLog();
    try {
      TermIndex last = entries.getLastEntryTermIndex();
      return last == null ? -1 : last.getIndex();
    } catch (IllegalStateException e) {
      if (entries.isOpened()) {
        throw e;
      }
      return -1; // Ratis has ended, which is Watch's to judge
    }
  }

  /** What this replica has measured since its start. */
  public ReplicaFigures figures() {
    GroupCommit.Load load = commit.load();
    return new ReplicaFigures(
        load.entries(),
        load.transactions(),
        load.waiting(),
        load.inFlight(),
        machine.applied(),
        machine.applyNanos(),
        Math.max(0, lastIndex(division) - division.getRaftLog().getFlushIndex()),
        machine.bytesSinceSnapshot(),
        disk.probeNanos());
  }

  /** What this replica says of itself now. */
  public ReplicaStatus status() {
    DivisionInfo info = division.getInfo();
    Applied applied = live.applied();
    return new ReplicaStatus(
        config.id(),
        role(info),
        leads(),
        log.leader(),
        info.getCurrentTerm(),
        applied.index(),
        division.getRaftLog().getLastCommittedIndex(),
        snapshots.position().getIndex(),
        applied.sequence(),
        applied.logRoot().toString(),
        applied.stateHash(),
        divergence.agreed(),
        lifeCycle(info),
        disk.problem(),
        peers(info));
  }

  /** The first entry that the log still has; what is below was purged after a snapshot. */
  long firstLogIndex() {
    return division.getRaftLog().getStartIndex();
  }

  /** Where Ratis keeps the log's segments. */
  Path logDirectory() {
    return directory.log();
  }

  private boolean leads() {
    DivisionInfo info = division.getInfo();
    return info.isLeader() && info.isLeaderReady() && !failStop.stopped();
  }

  private static Role role(DivisionInfo info) {
    return switch (info.getCurrentRole()) {
      case LEADER -> Role.LEADER;
      case FOLLOWER -> Role.FOLLOWER;
      case CANDIDATE -> Role.CANDIDATE;
      case LISTENER -> Role.LISTENER;
      default -> Role.STARTING;
    };
  }

  private LifeCycle lifeCycle(DivisionInfo info) {
    if (failStop.cause() != null) {
      return LifeCycle.FAILED;
    }
    return switch (info.getLifeCycleState()) {
      case NEW, STARTING -> LifeCycle.STARTING;
      case RUNNING ->
          machine.getLifeCycleState().isPausingOrPaused() ? LifeCycle.PAUSED : LifeCycle.RUNNING;
      case PAUSING, PAUSED -> LifeCycle.PAUSED;
      case CLOSING, CLOSED -> LifeCycle.CLOSED;
      case EXCEPTION -> LifeCycle.FAILED;
    };
  }

  private static List<PeerProgress> peers(DivisionInfo info) {
    long[] matches = info.getFollowerMatchIndices();
    List<ServerRpcProto> followers = info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
    List<PeerProgress> peers = new ArrayList<>();
    // Both are in the order of the leader's appenders; a change of leader in between has none.
    for (int i = 0; matches != null && i < Math.min(matches.length, followers.size()); i++) {
      peers.add(
          new PeerProgress(
              Peer.of(ProtoUtils.toRaftPeer(followers.get(i).getId())),
              matches[i],
              Duration.ofMillis(followers.get(i).getLastRpcElapsedTimeMs())));
    }
    return peers;
  }

  /** Leaves the cluster until the next start: what was submitted and is open stays unknown. */
  @Override
  public void close() throws IOException {
    failStop.closing();
    SelfReports reports = selfReports;
    if (reports != null) {
      reports.close();
    }
    disk.close();
    ticker.close();
    watch.close();
    commit.close();
    server.close();
    commit.stop();
    readers.close();
    live.close();
    directory.close();
  }
}
