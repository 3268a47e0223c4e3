package org.ultravisor.ledger.codec;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ultravisor.ledger.core.ChannelState;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.LoanBorrower;
import org.ultravisor.ledger.core.LoanKind;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.PartitionState;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.Tier;

/**
 * Every number of the format that stands for a class or a constant. Append; never reorder, never
 * reuse the number of something retired: logs and leaves are read for ever. Ids 0 to 9 are Kryo's.
 */
final class Ids {
  static final Map<Integer, Class<?>> CLASSES =
      classes(
          // 10..29 envelopes
          id(10, Entry.class),
          id(11, Submission.class),
          id(12, Transaction.class),
          id(13, Leaf.class),
          id(14, AuditLeaf.class),
          id(15, Outcome.Committed.class),
          id(16, Outcome.Refused.class),
          // 30..39 preconditions
          id(30, Precondition.PartitionVersion.class),
          id(31, Precondition.PageOwner.class),
          id(32, Precondition.AtSequence.class),
          id(33, Precondition.PolicyVersion.class),
          // 40..49 end states of a revocation
          id(40, EndState.Available.class),
          id(41, EndState.Owned.class),
          id(42, EndState.Poisoned.class),
          id(43, EndState.Lent.class),
          id(44, EndState.Returned.class),
          id(45, EndState.Protected.class),
          // 50..99: one byte on the wire, for what is most frequent
          id(50, Operation.AssignPages.class),
          id(51, Operation.AllocatePages.class),
          id(52, Operation.ReleasePages.class),
          id(53, Operation.DonatePages.class),
          id(54, Operation.AcknowledgeView.class),
          id(55, Operation.RecordScrub.class),
          id(56, Operation.AssignProcessor.class),
          id(57, Operation.ReleaseProcessor.class),
          id(58, Operation.AssignDevice.class),
          id(59, Operation.ReleaseDevice.class),
          id(60, Operation.OpenSession.class),
          id(61, Operation.LendPages.class),
          id(62, Operation.SharePages.class),
          id(63, Operation.RetrievePages.class),
          id(64, Operation.RelinquishPages.class),
          id(65, Operation.ReclaimPages.class),
          id(66, Operation.ProtectPages.class),
          id(70, Operation.Reserve.class),
          id(71, Operation.Post.class),
          id(72, Operation.Void.class),
          id(73, Operation.Tick.class),
          id(80, Event.PagesAssigned.class),
          id(81, Event.PagesRevoked.class),
          id(82, Event.RevocationAcknowledged.class),
          id(83, Event.RevocationScrubbed.class),
          id(84, Event.RevocationCompleted.class),
          id(85, Event.ViewAcknowledged.class),
          id(86, Event.ProcessorAssigned.class),
          id(87, Event.ProcessorReleased.class),
          id(88, Event.DevicesAssigned.class),
          id(89, Event.DevicesReleased.class),
          id(90, Event.SessionOpened.class),
          id(91, Event.SessionExpired.class),
          id(92, Event.RevocationSplit.class),
          id(93, Event.RevocationRedirected.class),
          // 200..299 other operations
          id(200, Operation.AddMemory.class),
          id(201, Operation.RemoveMemory.class),
          id(202, Operation.PoisonPages.class),
          id(203, Operation.AddProcessor.class),
          id(204, Operation.AddDevice.class),
          id(205, Operation.CreatePartition.class),
          id(206, Operation.SetLimits.class),
          id(207, Operation.StartPartition.class),
          id(208, Operation.StopPartition.class),
          id(209, Operation.DestroyPartition.class),
          id(210, Operation.AttachReplica.class),
          id(211, Operation.AttachHost.class),
          id(212, Operation.AttachMonitor.class),
          id(213, Operation.FenceMonitor.class),
          id(214, Operation.ActivateRules.class),
          id(215, Operation.RemoveProcessor.class),
          id(216, Operation.RemoveDevice.class),
          id(217, Operation.PausePartition.class),
          id(218, Operation.ResumePartition.class),
          id(220, Operation.PutPolicy.class),
          id(221, Operation.DeletePolicy.class),
          id(222, Operation.PutService.class),
          id(223, Operation.DeleteService.class),
          id(224, Operation.PromiseService.class),
          id(225, Operation.WithdrawService.class),
          id(226, Operation.OpenChannel.class),
          id(227, Operation.CloseChannel.class),
          id(250, Operation.Compact.class),
          id(251, Operation.ReportState.class),
          id(252, Operation.AnnounceRules.class),
          id(253, Operation.DetachReplica.class),
          id(254, Operation.AdministerCluster.class),
          // 300..399 other events
          id(320, Event.PagesLent.class),
          id(321, Event.PagesRetrieved.class),
          id(322, Event.BorrowerRemoved.class),
          id(323, Event.LoanReclaimed.class),
          id(324, Event.LoanEnded.class),
          id(325, Event.LoanOrphaned.class),
          id(326, Event.LoanSplit.class),
          id(327, Event.PagesProtected.class),
          id(328, Event.RevocationSuperseded.class),
          id(312, Event.ProcessorRemoved.class),
          id(313, Event.DeviceRemoved.class),
          id(330, Event.PolicyPut.class),
          id(331, Event.PolicyDeleted.class),
          id(332, Event.ServicePut.class),
          id(333, Event.ServiceDeleted.class),
          id(334, Event.ServicePromised.class),
          id(335, Event.ServiceWithdrawn.class),
          id(336, Event.ChannelOpened.class),
          id(337, Event.ChannelStateChanged.class),
          id(338, Event.ChannelClosed.class),
          id(340, Event.Reserved.class),
          id(341, Event.Posted.class),
          id(342, Event.ReservationVoided.class),
          id(343, Event.ReservationExpired.class),
          id(344, Event.ReservationReduced.class),
          id(300, Event.MemoryAdded.class),
          id(301, Event.MemoryRemoved.class),
          id(302, Event.ProcessorAdded.class),
          id(303, Event.DeviceAdded.class),
          id(304, Event.PartitionCreated.class),
          id(305, Event.LimitsSet.class),
          id(306, Event.PartitionStateChanged.class),
          id(307, Event.ReplicaAttached.class),
          id(308, Event.HostAttached.class),
          id(309, Event.MonitorAttached.class),
          id(310, Event.MonitorFenced.class),
          id(311, Event.RulesActivated.class),
          id(350, Event.HistoryCompacted.class),
          id(351, Event.StateReported.class),
          id(352, Event.RulesAnnounced.class),
          id(353, Event.ReplicaDetached.class),
          id(360, Event.SessionOwned.class));

  /** Constants by their code, which is the position here. */
  static final List<MemoryType> MEMORY_TYPES =
      List.of(MemoryType.DRAM, MemoryType.PMEM, MemoryType.CXL);

  static final List<PartitionKind> PARTITION_KINDS =
      List.of(
          PartitionKind.ULTRAVISOR,
          PartitionKind.COMMAND,
          PartitionKind.OPERATIONS,
          PartitionKind.IO,
          PartitionKind.GUEST);

  static final List<PartitionState> PARTITION_STATES =
      List.of(
          PartitionState.CREATED,
          PartitionState.RUNNING,
          PartitionState.PAUSED,
          PartitionState.STOPPED,
          PartitionState.ZOMBIE,
          PartitionState.DESTROYED);

  static final List<LoanKind> LOAN_KINDS = List.of(LoanKind.LEND, LoanKind.SHARE);

  static final List<LoanBorrower.State> BORROWER_STATES =
      List.of(LoanBorrower.State.OFFERED, LoanBorrower.State.HELD, LoanBorrower.State.RETURNING);

  static final List<ChannelState> CHANNEL_STATES =
      List.of(
          ChannelState.CONNECTING, ChannelState.OPEN, ChannelState.PAUSED, ChannelState.CLOSING);

  static final List<Tier> TIERS = List.of(Tier.K, Tier.M, Tier.G, Tier.T, Tier.P, Tier.E);

  static final List<Role> ROLES =
      List.of(Role.OPERATIONS, Role.COMMAND, Role.REPLICA, Role.MONITOR, Role.AUDITOR);

  /** Refusals carry their own codes. */
  static final Map<Integer, Refusal> REFUSALS =
      Arrays.stream(Refusal.values())
          .collect(Collectors.toUnmodifiableMap(Refusal::code, Function.identity()));

  private Ids() {}

  private record Numbered(int id, Class<?> type) {}

  private static Numbered id(int id, Class<?> type) {
    return new Numbered(id, type);
  }

  private static Map<Integer, Class<?>> classes(Numbered... all) {
    Map<Integer, Class<?>> byId = new TreeMap<>();
    for (Numbered one : all) {
      if (one.id < 10 || byId.put(one.id, one.type) != null) {
        throw new IllegalStateException("class id used twice or Kryo's own: " + one);
      }
    }
    return Map.copyOf(byId);
  }
}
