package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.bridge.ViewOptions;
import org.ultravisor.bridge.ViewPublisher;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * A real ledger with 4,096 frames and three running partitions, whose leaves are told to a
 * projector that writes real views.
 */
final class ProjectorFixture implements AutoCloseable {
  static final String HOST = "host0";
  static final List<String> NAMES = List.of("a", "b", "c");
  static final String SERVER = "server";
  static final Operation.AttachReplica ATTACH = new Operation.AttachReplica("r1", 77);

  final Ledger ledger = new Ledger();
  final HostDirectory directory;
  final HostProjector projector;
  private final List<Leaf> leaves = new ArrayList<>();
  private final long session;
  private long requestId;
  private long time = 1_000;

  ProjectorFixture(Path root) {
    directory = new HostDirectory(root);
    projector =
        new HostProjector(
            ATTACH,
            HOST,
            0,
            generation ->
                new ViewPublisher(
                    directory, "r1", HOST, generation, 0, new ViewOptions(64, 16, 64, 1024)));
    projector.recovered(ledger);
    execute(Transaction.sessionless("t", new Operation.OpenSession(1)));
    session = queries().sessionByNonce(1).orElseThrow().session();
    commit(new Operation.AddMemory(new PageRange(0, 4096), 0, MemoryType.DRAM, true));
    for (String name : NAMES) {
      commit(new Operation.CreatePartition(name, PartitionKind.GUEST, Limits.NONE));
      commit(new Operation.StartPartition(name));
    }
    commit(new Operation.CreatePartition(SERVER, PartitionKind.IO, Limits.NONE));
    commit(new Operation.StartPartition(SERVER));
    tell();
  }

  LedgerQueries queries() {
    return ledger.queries();
  }

  /** The host's agent and the monitors of the first two partitions. */
  void attachHostAndMonitors() {
    commit(new Operation.AttachHost(HOST, 0, 40));
    commit(new Operation.AttachMonitor("a", HOST, 41));
    commit(new Operation.AttachMonitor("b", HOST, 42));
    tell();
  }

  MonitorInfo monitor(String partition) {
    return queries().monitor(queries().partition(partition).orElseThrow().id()).orElseThrow();
  }

  ViewReading view(String partition) throws IOException {
    return ViewReading.of(directory.view("r1", partition));
  }

  List<Event> commit(Operation... operations) {
    return assertInstanceOf(
            Outcome.Committed.class, submit(List.of(operations)), List.of(operations)::toString)
        .events();
  }

  Outcome submit(List<Operation> operations) {
    requestId++;
    return execute(new Transaction(session, requestId, requestId, "t", List.of(), operations));
  }

  /** Lets ledger time pass for what is executed from now on. */
  void pass(long millis) {
    time += millis;
  }

  private Outcome execute(Transaction transaction) {
    Execution execution =
        ledger.execute(time, Submission.local(transaction, transaction.hashCode()));
    Leaf leaf = assertInstanceOf(Execution.Executed.class, execution).leaf();
    leaves.add(leaf);
    return leaf.outcome();
  }

  /** Tells the projector what was executed since the last time. */
  void tell() {
    projector.applied(List.copyOf(leaves), ledger);
    leaves.clear();
  }

  /** As a replica does that installs a snapshot: the projector hears of no leaf in between. */
  void installSnapshot() {
    leaves.clear();
    projector.snapshotInstalled(ledger);
  }

  static Operation assign(String partition, long frame, long count, long guestFrame) {
    return new Operation.AssignPages(
        partition, new PageRange(frame, count), guestFrame, Rights.READ_WRITE);
  }

  @Override
  public void close() throws IOException {
    ViewPublisher publisher = projector.publisher();
    if (publisher != null) {
      publisher.close();
    }
  }
}
