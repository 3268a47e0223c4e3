package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what follows from an operation. Reads the state, changes nothing. Every ladder refuses for
 * the first reason that applies, in the order of {@link Refusal}.
 */
final class Decider {
  private final State state;
  private final InventoryDecider inventory;
  private final PoisonDecider poisoning;
  private final PartitionDecider partitions;
  private final DestroyDecider destroying;
  private final PageDecider pages;
  private final LoanDecider loans;
  private final ChannelDecider channels;
  private final ServiceDecider services;
  private final DeviceDecider devices;
  private final ReservationDecider reservations;
  private final AttachmentDecider attachments;
  private final RulesDecider rules;
  private final PageChecks checks;

  Decider(State state) {
    this.state = state;
    this.inventory = new InventoryDecider(state);
    this.poisoning = new PoisonDecider(state);
    this.loans = new LoanDecider(state);
    this.services = new ServiceDecider(state);
    this.channels = new ChannelDecider(state, loans);
    this.partitions = new PartitionDecider(state, channels);
    this.destroying = new DestroyDecider(state);
    this.pages = new PageDecider(state);
    this.devices = new DeviceDecider(state);
    this.reservations = new ReservationDecider(state, pages, devices);
    this.attachments = new AttachmentDecider(state);
    this.rules = new RulesDecider(state);
    this.checks = new PageChecks(state);
  }

  /**
   * @param principal who asks, and may ask this
   */
  Decision decide(Principal principal, Operation operation) {
    return switch (operation) {
      case Operation.AssignPages op -> pages.assign(op);
      case Operation.ReleasePages op -> pages.release(op);
      case Operation.AllocatePages op -> pages.allocate(op);
      case Operation.DonatePages op -> pages.donate(op);
      case Operation.LendPages op -> loans.lend(op);
      case Operation.SharePages op -> loans.share(op);
      case Operation.RetrievePages op -> loans.retrieve(op);
      case Operation.RelinquishPages op -> loans.relinquish(op);
      case Operation.ReclaimPages op -> loans.reclaim(op);
      case Operation.OpenChannel op -> channels.open(op);
      case Operation.CloseChannel op -> channels.close(op);
      case Operation.ProtectPages op -> pages.protect(op);
      case Operation.AddMemory op -> inventory.addMemory(op);
      case Operation.RemoveMemory op -> inventory.removeMemory(op);
      case Operation.PoisonPages op -> poisoning.poison(op);
      case Operation.AddProcessor op -> inventory.addProcessor(op);
      case Operation.AddDevice op -> inventory.addDevice(op);
      case Operation.RemoveProcessor op -> inventory.removeProcessor(op);
      case Operation.RemoveDevice op -> inventory.removeDevice(op);
      case Operation.PutService op -> services.put(op);
      case Operation.DeleteService op -> services.delete(op);
      case Operation.PromiseService op -> services.promise(op);
      case Operation.WithdrawService op -> services.withdraw(op);
      case Operation.PutPolicy op -> services.put(op);
      case Operation.DeletePolicy op -> services.delete(op);
      case Operation.CreatePartition op -> partitions.create(op);
      case Operation.SetLimits op -> partitions.setLimits(op);
      case Operation.StartPartition op -> partitions.start(op);
      case Operation.PausePartition op -> partitions.pause(op);
      case Operation.ResumePartition op -> partitions.resume(op);
      case Operation.StopPartition op -> partitions.stop(op);
      case Operation.DestroyPartition op -> destroying.destroy(op);
      case Operation.AssignProcessor op -> devices.assign(op);
      case Operation.ReleaseProcessor op -> devices.release(op);
      case Operation.AssignDevice op -> devices.assign(op);
      case Operation.ReleaseDevice op -> devices.release(op);
      case Operation.Reserve op -> reservations.reserve(op);
      case Operation.Post op -> reservations.post(op);
      case Operation.Void op -> reservations.cancel(op);
      case Operation.Tick op -> Decision.nothingToDo();
      case Operation.OpenSession op -> openSession(principal, op);
      case Operation.AttachReplica op -> attachments.attach(op);
      case Operation.AttachHost op -> attachments.attach(op);
      case Operation.AttachMonitor op -> attachments.attach(op);
      case Operation.AcknowledgeView op -> attachments.acknowledge(op);
      case Operation.FenceMonitor op -> attachments.fence(op);
      case Operation.RecordScrub op -> attachments.scrubbed(op);
      case Operation.AdministerCluster op -> Decision.nothingToDo();
      case Operation.AnnounceRules op -> rules.announce(op);
      case Operation.DetachReplica op -> rules.detach(op);
      case Operation.ActivateRules op -> rules.activate(op);
      case Operation.ReportState op -> report(op);
      case Operation.Compact op -> compact(op);
    };
  }

  /** What times out with a transaction at this ledger time, beside sessions. */
  List<Event> expiring(long ledgerTime) {
    return reservations.expiring(ledgerTime);
  }

  /** Why a precondition does not hold; null if it does. */
  Decision.@Nullable Rejected unmet(Precondition precondition) {
    return switch (precondition) {
      case Precondition.PartitionVersion p -> unmet(p);
      case Precondition.PageOwner p -> unmet(p);
      case Precondition.PolicyVersion p -> services.unmet(p);
      case Precondition.AtSequence p ->
          p.sequence() == state.sequence
              ? null
              : rejected(
                  Refusal.PRECONDITION_SEQUENCE,
                  "expected %d; the last is %d".formatted(p.sequence(), state.sequence));
    };
  }

  private Decision.@Nullable Rejected unmet(Precondition.PartitionVersion expected) {
    PartitionDescriptor partition = state.partition(expected.partition());
    if (partition == null) {
      return rejected(
          Refusal.PRECONDITION_PARTITION_VERSION, "no partition '" + expected.partition() + "'");
    }
    long version = state.versions.require(partition.id());
    return version == expected.version()
        ? null
        : rejected(
            Refusal.PRECONDITION_PARTITION_VERSION,
            "expected %d; '%s' has %d"
                .formatted(expected.version(), expected.partition(), version));
  }

  private Decision.@Nullable Rejected unmet(Precondition.PageOwner expected) {
    PartitionDescriptor partition = state.partition(expected.partition());
    if (partition == null) {
      return rejected(
          Refusal.PRECONDITION_PAGE_OWNER, "no partition '" + expected.partition() + "'");
    }
    Decision.Rejected notOwned = checks.owned(expected.range(), partition, PageChecks.Loans.ANY);
    return notOwned == null
        ? null
        : rejected(
            Refusal.PRECONDITION_PAGE_OWNER,
            "%s: %s".formatted(notOwned.reason(), notOwned.detail()));
  }

  private Decision openSession(Principal principal, Operation.OpenSession op) {
    Long known = SessionsByNonce.find(state.indexes.sessionsByNonce.buckets(), op.nonce());
    if (known != null) {
      return state.sessions.require(known).owner().equals(principal.name())
          ? Decision.nothingToDo()
          : rejected(Refusal.NOT_PERMITTED, "another principal opened a session by this nonce");
    }
    long session = state.next(Counter.SESSION);
    Event opened = new Event.SessionOpened(session, op.nonce());
    return principal.isLocal()
        ? Decision.accepted(opened)
        : Decision.accepted(List.of(opened, new Event.SessionOwned(session, principal.name())));
  }

  private Decision report(Operation.ReportState op) {
    return op.sequence() > state.sequence
        ? rejected(
            Refusal.SEQUENCE_AHEAD,
            "state at %d; the last is %d".formatted(op.sequence(), state.sequence))
        : Decision.accepted(
            new Event.StateReported(op.replica(), op.sequence(), op.stateHash(), op.logRoot()));
  }

  private Decision compact(Operation.Compact op) {
    if (op.through() > state.sequence) {
      return rejected(
          Refusal.SEQUENCE_AHEAD,
          "history through %d; the last is %d".formatted(op.through(), state.sequence));
    }
    return op.through() <= state.compactedThrough()
        ? Decision.nothingToDo()
        : Decision.accepted(new Event.HistoryCompacted(op.through()));
  }
}
