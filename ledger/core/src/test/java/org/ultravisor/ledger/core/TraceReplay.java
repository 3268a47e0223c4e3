package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * Lets the machines of a trace come and go on hosts of 4 TiB: each batch in one transaction, each
 * machine with memory and processors of the host that has most left, all given back and scrubbed at
 * its end. Afterwards the ledger's memory must be as it was before.
 */
final class TraceReplay {
  private static final long HOST_FRAMES = 1L << 30;

  /** What one host has left, as whoever places machines would know it. */
  private static final class Host {
    final int window;
    final long incarnation;
    long free = HOST_FRAMES;
    final PriorityQueue<Integer> processors = new PriorityQueue<>();

    Host(int window, long incarnation) {
      this.window = window;
      this.incarnation = incarnation;
    }

    String name() {
      return "host-" + window;
    }
  }

  private record Placed(TraceVm machine, Host host, List<Integer> processors) {}

  private final Ledger ledger = new Ledger();
  private final List<Host> hosts = new ArrayList<>();
  private final Map<String, Placed> placed = new HashMap<>();
  private long request;
  private long seconds;
  int peak;
  long operations;
  long transactions;

  TraceReplay(int hosts, int processors) {
    execute(Transaction.sessionless("trace", new Operation.OpenSession(1)));
    for (int window = 0; window < hosts; window++) {
      Operation attach = new Operation.AttachHost("host-" + window, window, 1);
      Event.HostAttached attached =
          (Event.HostAttached) execute(Transaction.sessionless("trace", attach)).getFirst();
      Host host = new Host(window, attached.incarnation());
      this.hosts.add(host);
      List<Operation> inventory = new ArrayList<>();
      inventory.add(
          new Operation.AddMemory(
              new PageRange((long) window << 40, HOST_FRAMES), window, MemoryType.DRAM, true));
      for (int i = 0; i < processors; i++) {
        inventory.add(new Operation.AddProcessor(window * processors + i, window));
        host.processors.add(window * processors + i);
      }
      commit(inventory);
    }
  }

  private List<Event> commit(List<Operation> asked) {
    request++;
    return execute(Transaction.of(1, request, "trace", asked));
  }

  private List<Event> execute(Transaction transaction) {
    transactions++;
    operations += transaction.operations().size();
    Submission submission = Submission.local(transaction, request);
    Execution execution = ledger.execute(1_000_000 + seconds * 1000, submission);
    Leaf leaf = assertInstanceOf(Execution.Executed.class, execution).leaf();
    return assertInstanceOf(Outcome.Committed.class, leaf.outcome()).events();
  }

  /** Plays the whole trace, and then ends what still runs. */
  void play(List<TraceVm> machines) {
    StateHash before = memory();
    Map<Long, List<TraceVm>> batches = new TreeMap<>();
    machines.forEach(
        each -> batches.computeIfAbsent(each.batch(), any -> new ArrayList<>()).add(each));
    List<List<TraceVm>> arrivals = new ArrayList<>(batches.values());
    arrivals.sort(Comparator.comparingLong(batch -> batch.getFirst().start()));
    PriorityQueue<TraceVm> leaving =
        new PriorityQueue<>(Comparator.comparingLong(TraceVm::end).thenComparing(TraceVm::name));
    for (List<TraceVm> batch : arrivals) {
      long now = batch.getFirst().start();
      while (!leaving.isEmpty() && leaving.element().end() <= now) {
        leave(leaving.remove());
      }
      seconds = Math.max(seconds, now);
      arrive(batch);
      leaving.addAll(batch);
    }
    checkTotals();
    while (!leaving.isEmpty()) {
      leave(leaving.remove());
    }
    assertEquals(List.of(), ledger.queries().partitions());
    assertEquals(List.of(), ledger.queries().revocations());
    assertEquals(before, memory(), "hash of the owner map");
    checkTotals();
    ledger.checkInvariants();
  }

  private StateHash memory() {
    State state = ledger.state();
    return new StateHash(state.memory.owner().hashHigh(), state.memory.owner().hashLow());
  }

  private void arrive(List<TraceVm> batch) {
    List<Operation> asked = new ArrayList<>();
    for (TraceVm machine : batch) {
      Host host =
          hosts.stream()
              .filter(each -> each.processors.size() >= machine.processors())
              .max(Comparator.comparingLong(each -> each.free))
              .orElseThrow();
      Placed place = new Placed(machine, host, new ArrayList<>());
      placed.put(machine.name(), place);
      host.free -= machine.frames();
      asked.add(
          new Operation.CreatePartition(
              machine.name(),
              PartitionKind.GUEST,
              new Limits(machine.frames(), machine.processors())));
      if (machine.frames() > 0) {
        asked.add(
            new Operation.AllocatePages(
                machine.name(),
                machine.frames(),
                machine.frames() % 1024 == 0 ? Tier.M : Tier.K,
                List.of(host.window),
                Operation.ANY_GUEST_FRAME,
                Rights.ALL));
      }
      for (int i = 0; i < machine.processors(); i++) {
        int processor = host.processors.remove();
        place.processors().add(processor);
        asked.add(new Operation.AssignProcessor(machine.name(), processor));
      }
      asked.add(new Operation.StartPartition(machine.name()));
    }
    commit(asked);
    peak = Math.max(peak, placed.size());
  }

  /** Stops and destroys it; its pages are free once they are scrubbed. */
  private void leave(TraceVm machine) {
    seconds = machine.end() == Long.MAX_VALUE ? seconds : Math.max(seconds, machine.end());
    List<Event> facts =
        commit(
            List.of(
                new Operation.StopPartition(machine.name()),
                new Operation.DestroyPartition(machine.name())));
    Placed place = placed.remove(machine.name());
    if (place == null) {
      throw new AssertionError(machine + " was never placed");
    }
    List<Operation> scrubs = new ArrayList<>();
    for (Event fact : facts) {
      if (fact instanceof Event.PagesRevoked revoked) {
        scrubs.add(
            new Operation.RecordScrub(
                place.host().name(), place.host().incarnation, revoked.revocation()));
      }
    }
    if (!scrubs.isEmpty()) {
      execute(Transaction.sessionless("trace", scrubs.toArray(Operation[]::new)));
    }
    place.host().free += machine.frames();
    place.host().processors.addAll(place.processors());
  }

  /** Free memory and partitions are what whoever placed the machines knows. */
  private void checkTotals() {
    for (Host host : hosts) {
      assertEquals(
          host.free,
          ledger.state().memory.owner().frames(Descriptors.available(host.window)),
          host.name());
    }
    assertEquals(placed.size(), ledger.queries().partitions().size());
  }
}
