package org.ultravisor.node.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;
import org.ultravisor.node.inventory.Inventory;
import org.ultravisor.node.inventory.InventoryReader;
import org.ultravisor.node.local.Acknowledged;
import org.ultravisor.node.local.AuditCheck;
import org.ultravisor.node.local.ClusterClient;
import org.ultravisor.node.local.Directories;
import org.ultravisor.node.local.Load;
import org.ultravisor.node.local.LocalCluster;
import org.ultravisor.node.local.LocalHost;
import org.ultravisor.node.local.LocalOptions;
import org.ultravisor.node.local.Monitors;
import org.ultravisor.node.local.NativePrograms;
import org.ultravisor.node.local.Waiting;

/**
 * The demo, step by step. What it starts, it stops; what it finds wrong stands in the report; what
 * keeps it from going on is an exception.
 */
final class Demo implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final DemoOptions options;
  private final Steps steps;
  private final UnaryOperator<List<Outcome>> beforeAudit;
  private final long startedNanos = System.nanoTime();

  private final Directories places;
  private final Inventory inventory;
  private final LocalCluster cluster;
  private final LocalHost host;
  private final ClusterClient ledger;
  private final List<String> guests = new ArrayList<>();
  private final List<Outcome.Committed> setUp = new ArrayList<>();
  private double clusterStartSeconds;

  /** Where the demo says what it does. */
  @FunctionalInterface
  interface Steps {
    void say(String what);
  }

  /**
   * Starts replicas and the host agent, and waits until both are at work.
   *
   * @param beforeAudit sees, and in tests tampers with, the answers that the audit will look for
   */
  Demo(DemoOptions options, Steps steps, UnaryOperator<List<Outcome>> beforeAudit)
      throws IOException, InterruptedException {
    this.options = options;
    this.steps = steps;
    this.beforeAudit = beforeAudit;
    NativePrograms programs = NativePrograms.find();
    inventory = new InventoryReader(Path.of("/")).read();
    inventory.notes().forEach(steps::say);
    places = Directories.create("demo");
    LocalOptions local = LocalOptions.forShortRuns(options.replicas());
    LocalCluster started = null;
    LocalHost agent = null;
    ClusterClient connected = null;
    try {
      steps.say("starting %d replicas and the host agent".formatted(options.replicas()));
      started = LocalCluster.start(places, local);
      agent = LocalHost.start(places, programs, local.hostName());
      connected = ClusterClient.connect(started.commandAddresses(), "demo", PATIENCE);
    } catch (IOException | RuntimeException e) {
      if (agent != null) {
        agent.close();
      }
      if (started != null) {
        started.close();
      }
      places.close();
      throw e;
    }
    cluster = started;
    host = agent;
    ledger = connected;
  }

  List<String> commandAddresses() {
    return cluster.commandAddresses();
  }

  /** Waits for a leader and the host. */
  void awaitReady() throws IOException, InterruptedException {
    until("a leader and the host agent's attachment", () -> !ledger.hosts().isEmpty());
    clusterStartSeconds = secondsSince(startedNanos);
  }

  /** Installs the inventory, creates partitions, starts monitors. */
  void prepare() throws IOException, InterruptedException {
    steps.say(
        "installing %,d pages, %d processors, %d devices from %s"
            .formatted(
                inventory.pages(),
                inventory.processors().size(),
                inventory.devices().size(),
                inventory.source()));
    setUp.add(ledger.commit(inventory.operations(0, true)));
    setUp.add(ledger.commit(DemoPlan.partitions(inventory, options)));
    for (int i = 1; i <= options.guests(); i++) {
      guests.add(DemoPlan.guest(i));
    }
    steps.say("starting a native monitor for each of %d guests".formatted(guests.size()));
    for (String guest : guests) {
      host.startMonitor(guest, 42);
    }
    Monitors monitors = monitors();
    until(
        "every guest writes, checks and is stopped at what it does not have", monitors::allAtWork);
    requireHostSeesWhatGuestsWrote();
  }

  /** Load, the leader's death, its return, revocations, comparison, audit. */
  DemoReport prove() throws IOException, InterruptedException {
    long failoverMillis;
    List<Acknowledged> acknowledged;
    try (Load load = Load.start(ledger, DemoPlan.LOAD, inventory.cells(), options.clients())) {
      steps.say("load: %d clients".formatted(options.clients()));
      runLoad(load, options.loadSeconds());
      failoverMillis = killLeader(load);
      runLoad(load, options.loadSeconds());
      load.stop();
      acknowledged = load.acknowledged();
    }
    double revocationMillis = revokeOneByOne();
    Monitors.Totals totals = monitors().totals();
    int attached = ledger.monitors().size();
    Comparison comparison = compareReplicas();

    host.close();
    ledger.close();
    cluster.close();
    List<Outcome> answers = new ArrayList<>(setUp);
    acknowledged.forEach(a -> answers.add(a.outcome()));
    steps.say("auditing: deciding all %,d transactions again".formatted(comparison.sequence()));
    AuditCheck audit = AuditCheck.of(cluster.dataDirectories(), beforeAudit.apply(answers));
    if (!audit.problem().isEmpty()) {
      steps.say("the audit found: " + audit.problem());
    }
    return new DemoReport(
        options.replicas(),
        inventory.synthetic(),
        inventory.pages(),
        DemoPlan.partitionCount(options),
        attached,
        clusterStartSeconds,
        answers.size(),
        audit.lost(),
        failoverMillis,
        totals.stallMillis(),
        totals.checksGood(),
        totals.checksBad(),
        totals.faultsContained(),
        comparison.replicas(),
        comparison.equal(),
        audit.verified(),
        audit.leaves(),
        revocationMillis,
        secondsSince(startedNanos));
  }

  private void runLoad(Load load, int seconds) throws IOException, InterruptedException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      Thread.sleep(100);
      requireAlive();
      load.requireRunning();
    }
  }

  private long killLeader(Load load) throws IOException, InterruptedException {
    String leader = leader();
    steps.say("SIGKILL to the leader, %s, after %,d answers".formatted(leader, load.count()));
    cluster.kill(leader);
    long killed = System.nanoTime();
    if (options.replicas() == 1) {
      cluster.startReplica(leader); // nobody can take over
    }
    until(
        "writes after the leader's death",
        () -> {
          load.requireRunning();
          return load.firstAnswerAfter(killed) != 0;
        });
    long millis = Math.max(1, (load.firstAnswerAfter(killed) - killed) / 1_000_000);
    steps.say("writes again after %d ms".formatted(millis));
    if (!cluster.isAlive(leader)) {
      steps.say("starting %s again".formatted(leader));
      cluster.startReplica(leader);
    }
    return millis;
  }

  private String leader() throws IOException, InterruptedException {
    for (String id : cluster.ids()) {
      ClusterStatus status = ledger.status(cluster.commandAddress(id));
      if (status.role().equals("LEADER")) {
        return id;
      }
    }
    throw new IOException("no replica says that it leads");
  }

  /** Gives a guest single pages and takes each back; returns the median time to reuse, in ms. */
  private double revokeOneByOne() throws IOException, InterruptedException {
    steps.say("giving and taking back %d pages one by one".formatted(options.revocations()));
    until("the load's pages are scrubbed", () -> ledger.revocations().isEmpty());
    double[] millis = new double[options.revocations()];
    for (int i = 0; i < millis.length; i++) {
      String guest = guests.get(i % guests.size());
      Outcome.Committed given =
          ledger.commit(
              List.of(
                  new Operation.AllocatePages(
                      guest, 1, Tier.K, inventory.cells(), Operation.ANY_GUEST_FRAME, Rights.ALL)));
      PageRange page = ((Event.PagesAssigned) given.events().getFirst()).range();
      long start = System.nanoTime();
      Outcome.Committed taken = ledger.commit(List.of(new Operation.ReleasePages(guest, page)));
      long revocation = ((Event.PagesRevoked) taken.events().getFirst()).revocation();
      until("the page's return", () -> !ledger.isPending(revocation));
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    java.util.Arrays.sort(millis);
    return millis[millis.length / 2];
  }

  /** The guests write through their views; the host's memory object must show it at their pages. */
  private void requireHostSeesWhatGuestsWrote() throws IOException {
    Path memory = new HostDirectory(places.host()).memory();
    try (FileChannel file = FileChannel.open(memory, StandardOpenOption.READ)) {
      Set<Integer> guestNumbers = new HashSet<>();
      for (Event event : setUp.stream().flatMap(o -> o.events().stream()).toList()) {
        if (event instanceof Event.PartitionCreated created && guests.contains(created.name())) {
          guestNumbers.add(created.partition());
        }
        if (event instanceof Event.PagesAssigned assigned
            && assigned.guestFrame() == 0
            && guestNumbers.contains(assigned.partition())
            && isZero(file, assigned.range().firstFrame())) {
          throw new IOException(
              "partition %d sees guest page 0 at host page %d, but what its guest wrote is not there"
                  .formatted(assigned.partition(), assigned.range().firstFrame()));
        }
      }
    }
  }

  private static boolean isZero(FileChannel memory, long frame) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(4096);
    memory.read(page, frame * 4096);
    for (byte each : page.array()) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private record Comparison(int replicas, boolean equal, long sequence) {}

  /** Waits until all replicas have come to one sequence and compares their hashes. */
  private Comparison compareReplicas() throws IOException, InterruptedException {
    steps.say("comparing the replicas' hashes");
    List<ClusterStatus> all = new ArrayList<>();
    until(
        "all replicas at one sequence",
        () -> {
          requireAlive();
          all.clear();
          for (String address : cluster.commandAddresses()) {
            try {
              all.add(ledger.status(address));
            } catch (IOException starting) {
              return false; // a replica that was killed comes back within the patience
            }
          }
          return all.stream().mapToLong(ClusterStatus::sequence).distinct().count() == 1;
        });
    Set<String> hashes = new HashSet<>();
    all.forEach(s -> hashes.add(s.sequence() + " " + s.stateHash() + " " + s.logRoot()));
    return new Comparison(all.size(), hashes.size() == 1, all.getFirst().sequence());
  }

  private Monitors monitors() {
    return new Monitors(places.host(), guests);
  }

  private void until(String what, Waiting.Condition condition)
      throws IOException, InterruptedException {
    Waiting.until(
        what,
        PATIENCE,
        () -> {
          requireAlive();
          return condition.holds();
        });
  }

  private void requireAlive() throws IOException {
    cluster.requireAlive();
    host.requireAlive();
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  @Override
  public void close() throws IOException {
    host.close();
    ledger.close();
    cluster.close();
    places.close();
  }
}
