package org.ultravisor.chaos.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaException;

/**
 * The requests of a run, the same in every process: the request id says what is asked. None is
 * harmless when done twice, some are refused, and one compacts the history.
 */
final class Load {
  /** Requests of a whole run. */
  static final int REQUESTS = 48;

  /** A request that forgets the history before it. */
  static final int COMPACTION = 30;

  /** Of most requests, so that the log fills some segments. */
  private static final long PAGES = 12;

  private static final long NONCE = 1;
  private static final String GUEST = "guest";

  private Load() {}

  /** Begins a run, or goes on with one: the same nonce gives the same session. */
  static long openSession(Replica leader) {
    submit(leader, Transaction.sessionless("load", new Operation.OpenSession(NONCE)));
    submit(leader, Transaction.sessionless("load", new Operation.AttachHost("host", 0, 1)));
    return leader.readStale(reader -> reader.sessionByNonce(NONCE).orElseThrow().session());
  }

  /** Asks again with the same ids until there is an answer. */
  static Outcome submit(Replica leader, Transaction transaction) {
    List<Outcome> outcome = new ArrayList<>();
    Await.until(
        "an answer to " + transaction,
        () -> {
          try {
            return outcome.add(leader.submit(Principal.LOCAL, transaction).join());
          } catch (CompletionException e) {
            if (e.getCause() instanceof ReplicaException) {
              return false;
            }
            throw e;
          }
        });
    return outcome.getFirst();
  }

  /** A request of the run, from 1; answers to all of them are wanted. */
  static Transaction request(long session, int request) {
    return new Transaction(session, request, 1, "load", List.of(), operations(request));
  }

  private static List<Operation> operations(int request) {
    if (request == 1) {
      return List.of(
          new Operation.AddMemory(new PageRange(0, 1 << 20), 0, MemoryType.DRAM, true),
          new Operation.CreatePartition(GUEST, PartitionKind.GUEST, Limits.NONE));
    }
    if (request == COMPACTION) {
      return List.of(new Operation.Compact(COMPACTION / 2));
    }
    if (request % 5 == 0) {
      return List.of(
          new Operation.CreatePartition("p" + request, PartitionKind.GUEST, Limits.NONE));
    }
    // Every seventh is refused: its pages have an owner.
    long first = (request % 7 == 0 ? 2 : request) * PAGES;
    List<Operation> pages = new ArrayList<>();
    for (long page = first; page < first + PAGES; page++) {
      pages.add(new Operation.AssignPages(GUEST, new PageRange(page, 1), page, Rights.ALL));
    }
    return pages;
  }
}
