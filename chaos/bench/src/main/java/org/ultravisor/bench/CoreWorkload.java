package org.ultravisor.bench;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Scale;
import org.ultravisor.mapping.Tier;

/** The ledger alone, in this thread: no log, no store, no network. */
final class CoreWorkload {
  private static final String GUEST = "guest";
  private static final long WINDOW_FRAMES = Scale.LEDGER.frames(Tier.P);

  private final Ledger ledger = new Ledger();
  private final long session;
  private long lastRequest;
  private long lastHostIncarnation;

  /**
   * A ledger with memory of one cell, all of it available, and one guest.
   *
   * @param frames installed from frame 0 on, in windows of 4 PiB, each with a host attached
   */
  CoreWorkload(long frames) {
    Outcome.Committed opened =
        commit(Transaction.sessionless("bench", new Operation.OpenSession(1)));
    session = ((Event.SessionOpened) opened.events().getFirst()).session();
    for (long first = 0; first < frames; first += WINDOW_FRAMES) {
      int window = (int) (first / WINDOW_FRAMES);
      Outcome.Committed attached =
          commit(
              Transaction.sessionless("bench", new Operation.AttachHost(host(window), window, 1)));
      if (window == 0) {
        lastHostIncarnation = ((Event.HostAttached) attached.events().getFirst()).incarnation();
      }
      request(
          new Operation.AddMemory(
              new PageRange(first, Math.min(WINDOW_FRAMES, frames - first)),
              0,
              MemoryType.DRAM,
              true));
    }
    request(new Operation.CreatePartition(GUEST, PartitionKind.GUEST, Limits.NONE));
  }

  /** The state as it is now. */
  LedgerReader reader() {
    return ledger.reader();
  }

  /** Asks for single frames of window 0, the i-th to be seen at the first guest frame + i. */
  List<Operation> assignments(long[] frames, long firstGuestFrame) {
    List<Operation> operations = new ArrayList<>(frames.length);
    for (int i = 0; i < frames.length; i++) {
      operations.add(
          new Operation.AssignPages(
              GUEST, new PageRange(frames[i], 1), firstGuestFrame + i, Rights.ALL));
    }
    return operations;
  }

  /** The operations as one transaction. */
  List<Submission> together(List<Operation> operations) {
    return List.of(submission(operations));
  }

  /** The operations as transactions of their own, one after another. */
  List<Submission> each(List<Operation> operations) {
    List<Submission> submissions = new ArrayList<>(operations.size());
    operations.forEach(operation -> submissions.add(submission(List.of(operation))));
    return submissions;
  }

  private Submission submission(List<Operation> operations) {
    lastRequest++;
    return Submission.local(Transaction.of(session, lastRequest, "bench", operations), lastRequest);
  }

  /** Executes the transactions as an entry of the log. */
  void execute(List<Submission> submissions) {
    for (int i = 0; i < submissions.size(); i++) {
      ledger.prefetch(submissions, i);
      committed(ledger.execute(0, submissions.get(i)));
    }
  }

  /**
   * Assigns the first block of a tier, releases it and records its scrub, again and again.
   *
   * @return nanoseconds for one cycle of these three transactions
   */
  double nanosPerCycle(Tier tier, int cycles) {
    PageRange block = new PageRange(0, Scale.LEDGER.frames(tier));
    long start = System.nanoTime();
    for (int i = 0; i < cycles; i++) {
      request(new Operation.AssignPages(GUEST, block, 0, Rights.ALL));
      Outcome.Committed released = request(new Operation.ReleasePages(GUEST, block));
      for (Event event : released.events()) {
        if (event instanceof Event.PagesRevoked revoked) {
          request(new Operation.RecordScrub(host(0), lastHostIncarnation, revoked.revocation()));
        }
      }
    }
    return (System.nanoTime() - start) / (double) cycles;
  }

  /** Nanoseconds for one image of the whole state, opened and closed. */
  double nanosPerImage(int images) {
    long start = System.nanoTime();
    for (int i = 0; i < images; i++) {
      ledger.image().close();
    }
    return (System.nanoTime() - start) / (double) images;
  }

  private Outcome.Committed request(Operation operation) {
    lastRequest++;
    return commit(Transaction.of(session, lastRequest, "bench", List.of(operation)));
  }

  private Outcome.Committed commit(Transaction transaction) {
    return committed(ledger.execute(0, Submission.local(transaction, lastRequest)));
  }

  private static Outcome.Committed committed(Execution execution) {
    if (execution instanceof Execution.Executed executed
        && executed.leaf().outcome() instanceof Outcome.Committed committed) {
      return committed;
    }
    throw new IllegalStateException("the benchmark's own request was not committed: " + execution);
  }

  private static String host(int window) {
    return "host-" + window;
  }
}
