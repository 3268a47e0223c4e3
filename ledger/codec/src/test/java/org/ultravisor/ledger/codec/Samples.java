package org.ultravisor.ledger.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ultravisor.ledger.core.Borrower;
import org.ultravisor.ledger.core.ChannelState;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.LoanBorrower;
import org.ultravisor.ledger.core.LoanKind;
import org.ultravisor.ledger.core.LoanPiece;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.PartitionState;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/** At least one value of every kind, with the edges of its fields. */
final class Samples {
  static final PageRange FIRST = new PageRange(0, 1);
  static final PageRange BLOCK = new PageRange(3L << 40 | 1 << 20, 1 << 20);
  static final PageRange LAST = new PageRange((1L << 60) - 1, 1);

  static final List<Operation> OPERATIONS =
      List.of(
          new Operation.AddMemory(BLOCK, 1, MemoryType.CXL, true),
          new Operation.RemoveMemory(FIRST),
          new Operation.PoisonPages(LAST),
          new Operation.AddProcessor(127, 1),
          new Operation.AddDevice("10000:3a:1f.7", 0x010802, -1, 0),
          new Operation.AddDevice("0000:00:02.0", 0, 17, 3),
          new Operation.CreatePartition(
              "web-1",
              PartitionKind.GUEST,
              new Limits(1 << 20, 4),
              new TreeMap<>(Map.of("team", "Zürich €𝄞", "env", ""))),
          new Operation.CreatePartition("io.0", PartitionKind.IO, Limits.NONE),
          new Operation.SetLimits("web-1", new Limits(0, 0)),
          new Operation.StartPartition("web-1"),
          new Operation.StopPartition("web-1"),
          new Operation.DestroyPartition("web-1"),
          new Operation.AssignPages("web-1", BLOCK, 0, Rights.READ_WRITE),
          new Operation.AssignPages("web-1", LAST, Operation.ANY_GUEST_FRAME, Rights.ALL),
          new Operation.AllocatePages(
              "web-1", 3L << 20, Tier.G, List.of(1, 0, 300), (1L << 50) - 1, Rights.READ_EXECUTE),
          new Operation.ReleasePages("web-1", BLOCK),
          new Operation.DonatePages("web-1", "web-2", BLOCK, Operation.ANY_GUEST_FRAME, true),
          new Operation.AssignProcessor("web-1", 0),
          new Operation.ReleaseProcessor("web-1", 1000),
          new Operation.AssignDevice("io.0", "0000:00:02.0"),
          new Operation.ReleaseDevice("io.0", "0000:00:02.0"),
          new Operation.OpenSession(-2),
          new Operation.AttachReplica("r1", Long.MIN_VALUE),
          new Operation.AttachHost("host-1", (1 << 20) - 1, 0x0123456789abcdefL),
          new Operation.AttachMonitor("web-1", "host-1", 7),
          new Operation.AcknowledgeView("web-1", 12, 345_678),
          new Operation.FenceMonitor("web-1", 12, false, "pulled the plug"),
          new Operation.RecordScrub("host-1", 9, 44),
          new Operation.ActivateRules(2),
          new Operation.AdministerCluster("remove r1"),
          new Operation.AnnounceRules("r1", 2),
          new Operation.DetachReplica("r1"),
          new Operation.ReportState("r1", 20_000, new StateHash(-1, 7), "0f".repeat(32)),
          new Operation.Compact(1L << 40),
          new Operation.Reserve(
              "rollout-7",
              "web-1",
              2L << 20,
              Tier.G,
              List.of(1, 0),
              List.of(3, 127),
              List.of("0000:00:02.0", "10000:3a:1f.7"),
              60_000),
          new Operation.Reserve(
              "rollout-8",
              "web-1",
              0,
              Tier.K,
              List.of(),
              List.of(0),
              List.of(),
              Operation.Reserve.MOST_TIMEOUT_MILLIS),
          new Operation.Post("rollout-7", Operation.ANY_GUEST_FRAME, Rights.READ_WRITE),
          new Operation.Void("rollout-7"),
          new Operation.Tick(),
          new Operation.LendPages(
              "web-1",
              BLOCK,
              List.of(new Borrower("io.0", Rights.READ), new Borrower("io.1", Rights.ALL)),
              true),
          new Operation.SharePages("web-1", LAST, List.of(new Borrower("io.0", Rights.READ_WRITE))),
          new Operation.RetrievePages("io.0", 7, Operation.ANY_GUEST_FRAME),
          new Operation.RelinquishPages("io.0", 7, true),
          new Operation.ReclaimPages("web-1", 7),
          new Operation.ProtectPages("web-1", BLOCK, Rights.READ_EXECUTE),
          new Operation.PausePartition("web-1"),
          new Operation.ResumePartition("web-1"),
          new Operation.OpenChannel("net-1", "io.0", "web-1", BLOCK, 1 << 20, Rights.READ_WRITE),
          new Operation.CloseChannel("net-1"),
          new Operation.RemoveProcessor(127),
          new Operation.RemoveDevice("10000:3a:1f.7"),
          new Operation.PutPolicy("placement", "cells: [0, 1]"),
          new Operation.DeletePolicy("placement"),
          new Operation.PutService("net", 0x020000, List.of("io.0", "io.1")),
          new Operation.DeleteService("net"),
          new Operation.PromiseService("web-1", "net"),
          new Operation.WithdrawService("web-1", "net"));

  static final List<EndState> END_STATES =
      List.of(
          EndState.AVAILABLE,
          new EndState.Owned(5, 1 << 20, Rights.READ),
          EndState.POISONED,
          EndState.LENT,
          EndState.RETURNED,
          new EndState.Protected(Rights.READ_EXECUTE));

  static final List<Event> EVENTS =
      List.of(
          new Event.MemoryAdded(BLOCK, 1, MemoryType.PMEM, false),
          new Event.MemoryRemoved(FIRST),
          new Event.ProcessorAdded(127, 1),
          new Event.DeviceAdded("0000:00:02.0", 0x030000, -1, 0),
          new Event.PartitionCreated(
              4,
              "web-1",
              PartitionKind.GUEST,
              Limits.NONE,
              new TreeMap<>(Map.of("a", "1", "b", "2"))),
          new Event.LimitsSet(4, new Limits(7, 8)),
          new Event.PartitionStateChanged(4, PartitionState.ZOMBIE),
          new Event.PagesAssigned(4, BLOCK, 1 << 20, Rights.READ_WRITE),
          new Event.PagesRevoked(
              8, 4, BLOCK, -1, List.of(12L, 1L << 40), true, new EndState.Owned(5, 0, Rights.READ)),
          new Event.PagesRevoked(9, 0, LAST, 0, List.of(), false, EndState.POISONED),
          new Event.RevocationAcknowledged(8, 12, true),
          new Event.RevocationScrubbed(8, 9),
          new Event.RevocationSplit(8, 1L << 59, 10),
          new Event.RevocationRedirected(10, EndState.AVAILABLE, true),
          new Event.RevocationCompleted(8, EndState.AVAILABLE),
          new Event.ProcessorAssigned(4, 1),
          new Event.ProcessorReleased(4, 1),
          new Event.DevicesAssigned(4, List.of("0000:00:02.0", "0000:00:02.1")),
          new Event.DevicesReleased(4, List.of()),
          new Event.SessionOpened(1, -2),
          new Event.SessionExpired(1),
          new Event.ReplicaAttached("r1", 3, Long.MAX_VALUE),
          new Event.HostAttached("host-1", 0, 4, 99),
          new Event.MonitorAttached(4, "host-1", 12, 7),
          new Event.ViewAcknowledged(4, 12, 345_678),
          new Event.MonitorFenced(4, 12, true, ""),
          new Event.RulesActivated(2),
          new Event.RulesAnnounced("r1", 2),
          new Event.ReplicaDetached("r1"),
          new Event.StateReported("r1", 20_000, new StateHash(-1, 7), "0f".repeat(32)),
          new Event.HistoryCompacted(1L << 40),
          new Event.Reserved(
              3,
              "rollout-7",
              4,
              Tier.M,
              List.of(FIRST, BLOCK),
              List.of(3, 127),
              List.of("0000:00:02.0"),
              1_790_000_060_000L),
          new Event.Posted(3, 4, List.of(FIRST, BLOCK), 1 << 20, Rights.ALL),
          new Event.Posted(4, 4, List.of(), -1, Rights.READ),
          new Event.ReservationVoided(3),
          new Event.ReservationExpired(1L << 40),
          new Event.ReservationReduced(3, LAST),
          new Event.RevocationSuperseded(8),
          new Event.PagesLent(
              7,
              LoanKind.LEND,
              4,
              BLOCK,
              List.of(new LoanPiece(BLOCK, 1 << 20, Rights.READ_WRITE)),
              List.of(
                  new LoanBorrower(5, Rights.READ, LoanBorrower.State.OFFERED, -1),
                  new LoanBorrower(6, Rights.ALL, LoanBorrower.State.HELD, 0))),
          new Event.PagesLent(8, LoanKind.SHARE, 4, FIRST, List.of(), List.of()),
          new Event.PagesRetrieved(7, 5, 1L << 40),
          new Event.BorrowerRemoved(7, 6),
          new Event.LoanReclaimed(7),
          new Event.LoanEnded(8),
          new Event.LoanOrphaned(9),
          new Event.LoanSplit(7, 1L << 59, 10),
          new Event.PagesProtected(4, BLOCK, 0, Rights.ALL),
          new Event.ChannelOpened(2, "net-1", 5, 4, 7, ChannelState.CONNECTING),
          new Event.ChannelStateChanged(2, ChannelState.CLOSING),
          new Event.ChannelClosed(2),
          new Event.ProcessorRemoved(127),
          new Event.DeviceRemoved("0000:00:02.0"),
          new Event.PolicyPut(1, "placement", "Zürich €"),
          new Event.PolicyDeleted(1),
          new Event.ServicePut(2, "net", -1, List.of(5, 6)),
          new Event.ServiceDeleted(2),
          new Event.ServicePromised(4, 2),
          new Event.ServiceWithdrawn(4, 2),
          new Event.SessionOwned(1, "ops-1"));

  static final List<Precondition> PRECONDITIONS =
      List.of(
          new Precondition.PartitionVersion("web-1", 17),
          new Precondition.PageOwner(BLOCK, "web-1"),
          new Precondition.AtSequence(0),
          new Precondition.PolicyVersion("placement", 0));

  private Samples() {}

  static Transaction transaction(Operation... operations) {
    return new Transaction(3, 130, 128, "alice", List.of(), List.of(operations));
  }

  /** What an assignment of one block usually looks like in the audit log. */
  static AuditLeaf assignment() {
    return new AuditLeaf(
        new Leaf(
            70_000,
            1_790_000_000_000L,
            Submission.local(
                transaction(new Operation.AssignPages("web-1", BLOCK, 1 << 20, Rights.READ_WRITE)),
                0xfedcba9876543210L),
            new Outcome.Committed(
                70_000, List.of(new Event.PagesAssigned(4, BLOCK, 1 << 20, Rights.READ_WRITE)))),
        new StateHash(0x0123456789abcdefL, -1));
  }

  /** Every sample as a document of its own, by the name of its golden file. */
  static Map<String, Document<?>> documents(LedgerCodec codec) {
    Map<String, Document<?>> all = new LinkedHashMap<>();
    Numbering names = new Numbering();
    OPERATIONS.forEach(
        o -> all.put(names.of("operation", o), Document.transaction(codec, transaction(o))));
    EVENTS.forEach(
        e ->
            all.put(
                names.of("event", e),
                Document.outcome(codec, new Outcome.Committed(1, List.of(e)))));
    PRECONDITIONS.forEach(
        p ->
            all.put(
                names.of("precondition", p),
                Document.transaction(
                    codec,
                    new Transaction(
                        3, 1, 0, "bob", List.of(p), List.of(new Operation.OpenSession(0))))));
    END_STATES.forEach(
        s ->
            all.put(
                names.of("end-state", s),
                Document.outcome(
                    codec,
                    new Outcome.Committed(1, List.of(new Event.RevocationCompleted(1, s))))));
    all.put("envelope/Leaf", Document.leaf(codec, assignment()));
    Transaction first = transaction(new Operation.StartPartition("web-1"));
    Transaction second = Transaction.sessionless("host", new Operation.AttachReplica("r1", 6));
    all.put(
        "envelope/Entry",
        Document.entry(
            codec,
            new Entry(-1, List.of(Submission.local(first, 1), Submission.local(second, -1)))));
    Principal ops = Principal.of("ops-1", Role.OPERATIONS, Role.COMMAND);
    Principal monitor = Principal.monitor("monitor-7", "web-1", "web-2");
    all.put(
        "envelope/EntryOfPrincipals",
        Document.entry(
            codec,
            new Entry(
                5,
                List.of(
                    new Submission(ops, first, 1),
                    new Submission(ops, first, 2),
                    Submission.local(second, 3),
                    new Submission(monitor, second, 4),
                    new Submission(ops, second, 5)))));
    Leaf leaf = assignment().leaf();
    all.put(
        "envelope/LeafOfPrincipal",
        Document.leaf(
            codec,
            new AuditLeaf(
                new Leaf(
                    leaf.sequence(), leaf.ledgerTime(), leaf.submission().by(ops), leaf.outcome()),
                new StateHash(1, 2))));
    all.put("envelope/EntryOfTimeOnly", Document.entry(codec, new Entry(0, List.of())));
    all.put(
        "outcome/Refused",
        Document.outcome(
            codec, new Outcome.Refused(12, 3, Refusal.PAGES_NOT_FREE, "page 7 is web-1's")));
    all.put(
        "outcome/RefusedAsAWhole",
        Document.outcome(codec, new Outcome.Refused(0, -1, Refusal.SESSION_EXPIRED, "")));
    // Those that there were when its file was written.
    all.put(
        "outcome/Committed",
        Document.outcome(codec, new Outcome.Committed(1, EVENTS.subList(0, 27))));
    return all;
  }

  /** Files are named by class; the second of a class has a number. */
  private static final class Numbering {
    private final List<String> used = new ArrayList<>();

    String of(String folder, Object value) {
      String name = folder + "/" + value.getClass().getSimpleName();
      used.add(name);
      long count = used.stream().filter(name::equals).count();
      return count == 1 ? name : name + count;
    }
  }
}
