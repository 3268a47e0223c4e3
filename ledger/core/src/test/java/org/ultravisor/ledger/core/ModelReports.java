package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What hosts, monitors and replicas report at random; each stands alone in a transaction. */
final class ModelReports {
  /** The hosts by name, in the windows that the islands reach into. */
  static final Map<String, Integer> HOSTS =
      new TreeMap<>(Map.of("h0", 0, "h1", 1, "h2", 1023, "h3", 1024, "h4", (1 << 20) - 1));

  private final ModelChoices choose;
  private final NaiveState model;

  ModelReports(ModelChoices choose) {
    this.choose = choose;
    this.model = choose.model;
  }

  /** One, or many scrubs together. */
  List<Operation> report() {
    Operation drawn =
        switch (choose.random.nextInt(16)) {
          case 0, 1 -> attach();
          case 2 -> fence();
          case 3, 4, 5, 6 -> acknowledge();
          case 7 ->
              switch (choose.random.nextInt(20)) {
                case 0 -> new Operation.AttachReplica("n1", choose.random.nextInt(3));
                case 1 -> attachHost();
                case 2 -> new Operation.OpenSession(1 + choose.random.nextInt(3));
                case 3, 4 -> replica(1 + choose.random.nextInt(3));
                default -> new Operation.Tick();
              };
          case 8, 9 -> scrub();
          default -> null;
        };
    return drawn == null ? scrubs() : List.of(drawn);
  }

  /** What replicas say of themselves. */
  private Operation replica(int rules) {
    String replica = choose.oneIn(3) ? "n2" : "n1";
    return switch (choose.random.nextInt(5)) {
      case 4 -> new Operation.AdministerCluster("remove-" + replica);
      case 0 -> new Operation.AnnounceRules(replica, rules);
      case 1, 2 -> new Operation.AttachReplica(replica, rules);
      default ->
          new Operation.ReportState(
              replica,
              Math.max(0, model.sequence + 2 - choose.random.nextInt(9)),
              new StateHash(rules, rules),
              "ab".repeat(32));
    };
  }

  private Operation attachHost() {
    String host = choose.one(List.copyOf(HOSTS.keySet()));
    int window = choose.oneIn(3) ? choose.random.nextInt(3) : HOSTS.getOrDefault(host, 7);
    return new Operation.AttachHost(host, window, choose.random.nextInt(4));
  }

  private Operation attach() {
    NaivePartition partition = choose.partition(each -> !each.zombie() && each.monitor() == 0);
    String name = partition == null || choose.oneIn(8) ? choose.name() : partition.name();
    String host = choose.oneIn(30) ? "nowhere" : choose.one(List.copyOf(HOSTS.keySet()));
    return new Operation.AttachMonitor(name, host, choose.random.nextInt(2));
  }

  private @Nullable Operation fence() {
    NaivePartition partition = choose.partition(each -> each.monitor() != 0);
    return partition == null
        ? null
        : new Operation.FenceMonitor(
            name(partition), incarnation(partition), choose.oneIn(2), "because");
  }

  private @Nullable Operation acknowledge() {
    NaivePartition partition =
        choose.partition(each -> each.monitor() != 0 && (each.zombie() || choose.oneIn(2)));
    return partition == null
        ? null
        : new Operation.AcknowledgeView(
            name(partition),
            incarnation(partition),
            Math.max(0, model.sequence + 1 - choose.random.nextInt(30)));
  }

  private String name(NaivePartition partition) {
    return choose.oneIn(40) ? choose.name() : partition.name();
  }

  private long incarnation(NaivePartition partition) {
    return partition.monitor() + (choose.oneIn(30) ? 1 : 0);
  }

  /** A scrub of a revocation, most often one that is due. */
  private @Nullable Operation scrub() {
    List<Long> due = new ArrayList<>();
    long first = choose.random.nextInt(NaiveMemory.SIZE);
    for (int i = 0; i < NaiveMemory.SIZE && due.isEmpty(); i++) {
      int index = (int) ((first + i) % NaiveMemory.SIZE);
      NaivePage page = model.memory.at(index);
      NaivePending pending = page == null ? null : page.pending();
      if (pending != null
          && pending.scrub()
          && (pending.awaited().isEmpty() || choose.oneIn(300))) {
        due.add(NaiveMemory.frame(index));
        return scrub(NaiveMemory.frame(index), pending.number());
      }
    }
    return choose.oneIn(8) ? scrub(0, 1 + choose.random.nextInt(200)) : null;
  }

  /** Scrubs of some revocations that are due, rarely of all. */
  private List<Operation> scrubs() {
    Set<Long> due = new HashSet<>();
    List<Operation> scrubs = new ArrayList<>();
    int most = choose.oneIn(40) ? 500 : 1 + choose.random.nextInt(10);
    int first = choose.random.nextInt(NaiveMemory.SIZE);
    for (int i = 0; i < NaiveMemory.SIZE && scrubs.size() < most; i++) {
      int index = (first + i) % NaiveMemory.SIZE;
      NaivePage page = model.memory.at(index);
      NaivePending pending = page == null ? null : page.pending();
      if (pending != null
          && pending.scrub()
          && pending.awaited().isEmpty()
          && due.add(pending.number())) {
        scrubs.add(scrub(NaiveMemory.frame(index), pending.number()));
      }
    }
    for (NaiveLoan loan : model.loans.all()) {
      for (NaiveLoan.Borrower borrower : loan.borrowers()) {
        NaivePending pending = borrower.pending();
        if (pending != null && pending.scrub() && pending.awaited().isEmpty()) {
          scrubs.add(scrub(loan.range().firstFrame(), pending.number()));
        }
      }
    }
    return scrubs.isEmpty() ? List.of(new Operation.Tick()) : scrubs;
  }

  private Operation scrub(long frame, long revocation) {
    String host = "h0";
    for (Map.Entry<String, Integer> each : HOSTS.entrySet()) {
      if (each.getValue() == frame >>> 40) {
        host = each.getKey();
      }
    }
    if (choose.oneIn(150)) {
      host = choose.oneIn(2) ? "nowhere" : "h1";
    }
    NaiveState.Host attached = model.hosts.get(host);
    long incarnation = attached == null ? 1 : attached.incarnation();
    return new Operation.RecordScrub(host, incarnation + (choose.oneIn(150) ? 1 : 0), revocation);
  }
}
