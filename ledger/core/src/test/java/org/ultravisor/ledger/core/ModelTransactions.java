package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** Random transactions from one seed: how a ledger is set up, then anything. */
final class ModelTransactions {
  private static final long SESSION = 1;

  private final ModelChoices choose;
  private final ModelOperations operations;
  private final ModelReports reports;
  private final ModelPrincipals others;
  private final LedgerQueries queries;
  private final List<Transaction> recent = new ArrayList<>();
  private long time = 1000;
  private long request;
  private long lowest = 1;

  ModelTransactions(Random random, ModelRun run) {
    this.choose = new ModelChoices(random, run.model.state);
    this.operations = new ModelOperations(choose);
    this.reports = new ModelReports(choose);
    this.queries = run.queries();
    this.others = new ModelPrincipals(choose, operations, reports, queries);
  }

  /** The transactions with which every run begins. */
  static List<ModelRun.Step> setUp() {
    List<Operation> first = new ArrayList<>();
    for (Map.Entry<String, Integer> host : ModelReports.HOSTS.entrySet()) {
      first.add(new Operation.AttachHost(host.getKey(), host.getValue(), 1));
    }
    List<Operation> second = new ArrayList<>();
    for (PageRange island : NaiveMemory.ISLANDS) {
      long middle = island.endFrame() - island.frameCount() / 3;
      long edge = (island.firstFrame() | (NaiveMemory.WINDOW - 1)) + 1;
      if (edge < middle) {
        second.add(memory(PageRange.between(island.firstFrame(), edge), 1));
        second.add(memory(PageRange.between(edge, middle), 1));
      } else {
        second.add(memory(PageRange.between(island.firstFrame(), middle), 0));
      }
    }
    List<ModelRun.Step> steps = new ArrayList<>();
    steps.add(step(1000, Transaction.sessionless("model", new Operation.OpenSession(1))));
    steps.add(step(1000, Transaction.sessionless("model", first.toArray(Operation[]::new))));
    steps.add(step(1000, new Transaction(SESSION, 1, 1, "model", List.of(), second)));
    return steps;
  }

  private static Operation memory(PageRange range, int cell) {
    return new Operation.AddMemory(range, cell, MemoryType.DRAM, true);
  }

  private static ModelRun.Step step(long time, Transaction transaction) {
    return new ModelRun.Step(
        time, Submission.local(transaction, transaction.operations().hashCode()));
  }

  ModelRun.Step next() {
    if (request == 0) {
      request = 1;
    }
    time += choose.oneIn(4) ? choose.random.nextInt(12) : 0;
    if (choose.oneIn(60)) {
      ModelRun.Step odd = odd();
      if (odd != null) {
        return odd;
      }
    }
    if (choose.oneIn(40)) {
      return new ModelRun.Step(time, others.next());
    }
    if (choose.random.nextInt(5) < 2) {
      return step(
          time, Transaction.sessionless("model", reports.report().toArray(Operation[]::new)));
    }
    List<Operation> asked = new ArrayList<>();
    int count = choose.oneIn(3) ? 2 + choose.random.nextInt(4) : 1;
    while (asked.size() < count) {
      asked.add(operations.operation());
    }
    Transaction transaction = inSession(asked);
    recent.add(transaction);
    if (recent.size() > 40) {
      recent.removeFirst();
    }
    return step(time, transaction);
  }

  private Transaction inSession(List<Operation> asked) {
    request += choose.oneIn(50) ? 2 : 1;
    if (choose.oneIn(3)) {
      lowest = Math.max(lowest, request - choose.random.nextInt(20));
    }
    return new Transaction(SESSION, request, lowest, "model", preconditions(), asked);
  }

  private List<Precondition> preconditions() {
    if (!choose.oneIn(6)) {
      return List.of();
    }
    String name = choose.name();
    return switch (choose.random.nextInt(4)) {
      case 2 -> {
        String policy = choose.one(ModelServices.POLICIES);
        long version = queries.policy(policy).map(PolicyInfo::version).orElse(0L);
        yield List.of(new Precondition.PolicyVersion(policy, version + (choose.oneIn(5) ? 1 : 0)));
      }
      case 0 ->
          List.of(new Precondition.AtSequence(queries.sequence() + (choose.oneIn(4) ? 1 : 0)));
      case 1 -> {
        long version = queries.partition(name).map(PartitionInfo::version).orElse(0L);
        yield List.of(new Precondition.PartitionVersion(name, version + (choose.oneIn(5) ? 1 : 0)));
      }
      default -> {
        ModelChoices.Owned owned = choose.owned();
        yield owned == null
            ? List.of()
            : List.of(
                new Precondition.PageOwner(
                    owned.range(), choose.oneIn(5) ? name : owned.owner().name()));
      }
    };
  }

  /** A request that has been seen, or whose ids are not in order. */
  private ModelRun.@Nullable Step odd() {
    Transaction known = choose.maybe(recent);
    if (known == null) {
      return null;
    }
    List<Operation> asked = List.of(operations.operation());
    return switch (choose.random.nextInt(12)) {
      case 0 -> step(time, new Transaction(99, 1, 1, "model", List.of(), asked));
      case 1 ->
          step(time, new Transaction(SESSION, known.requestId(), 1, "model", List.of(), asked));
      case 2 -> step(time, new Transaction(SESSION, request + 3000, 1, "model", List.of(), asked));
      case 3 -> step(time, new Transaction(SESSION, 1, 1, "model", List.of(), asked));
      case 4 -> step(time, Transaction.sessionless("model", asked.toArray(Operation[]::new)));
      default -> step(time, known);
    };
  }
}
