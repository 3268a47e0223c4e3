package org.ultravisor.node.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryRegionInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * Installs a machine's memory in a ledger, the last cell later than the others, gives all of every
 * cell to one partition and takes it back: nothing may be missing or left.
 */
final class InstalledWhole {
  private final Ledger ledger = new Ledger();
  private final TreeMap<Integer, Long> pages = new TreeMap<>();
  private long session;
  private long request;

  static void check(Inventory inventory) {
    new InstalledWhole().run(inventory);
  }

  private void run(Inventory inventory) {
    submit(new Operation.OpenSession(1));
    session = ledger.queries().sessions().getFirst().session();
    inventory.memory().forEach(m -> pages.merge(m.cell(), m.range().frameCount(), Long::sum));
    int late = pages.lastKey();
    install(inventory, false, late);
    submit(
        new Operation.CreatePartition("all", PartitionKind.GUEST, Limits.NONE),
        new Operation.AttachHost("host", 0, 1));
    pages.headMap(late).forEach(this::takeAll);
    install(inventory, true, late);
    takeAll(late, pages.lastEntry().getValue());
    ledger.checkInvariants();
    LedgerQueries queries = ledger.queries();
    assertEquals(inventory.pages(), queries.partition("all").orElseThrow().actualPages());
    submit(new Operation.DestroyPartition("all"));
    queries.revocations().stream()
        .toList()
        .forEach(
            revocation ->
                submit(
                    new Operation.RecordScrub(
                        "host",
                        queries.hosts().getFirst().incarnation(),
                        revocation.revocation())));
    assertEquals(List.of(), queries.partitions());
    for (MemoryRegionInfo region : queries.memory()) {
      submit(new Operation.RemoveMemory(region.range()));
    }
    assertEquals(List.of(), queries.memory());
    ledger.checkInvariants();
  }

  private void install(Inventory inventory, boolean lateOnes, int late) {
    List<Operation> operations = new ArrayList<>();
    for (Operation operation : inventory.operations(0, true)) {
      if (operation instanceof Operation.AddMemory add && (add.cell() == late) == lateOnes) {
        operations.add(add);
      }
    }
    if (!operations.isEmpty()) {
      submit(operations.toArray(Operation[]::new));
    }
  }

  private void takeAll(int cell, long count) {
    submit(
        new Operation.AllocatePages(
            "all", count, Tier.K, List.of(cell), Operation.ANY_GUEST_FRAME, Rights.ALL));
  }

  private void submit(Operation... operations) {
    Transaction transaction =
        session == Transaction.NO_SESSION
            ? Transaction.sessionless("test", operations)
            : Transaction.of(session, ++request, "test", List.of(operations));
    Execution execution = ledger.execute(1, Submission.local(transaction, 0));
    Execution.Executed executed = assertInstanceOf(Execution.Executed.class, execution);
    assertInstanceOf(Outcome.Committed.class, executed.leaf().outcome());
  }
}
