package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as one would write it without caring for cost: a page at a time, everything else in
 * plain tables. It says what is refused and why, and what everything is afterwards. All numbers but
 * those of revocations it issues itself.
 */
final class NaiveLedger {
  /** What becomes of a transaction: refused for a reason at an operation, or committed. */
  record Verdict(@Nullable Refusal reason, int operation) {
    static final Verdict COMMITTED = new Verdict(null, 0);

    boolean committed() {
      return reason == null;
    }
  }

  final NaiveState state = new NaiveState();
  private final NaivePages pages = new NaivePages(state);
  private final NaiveLending lending = new NaiveLending(state);
  private final NaiveChannels channels = new NaiveChannels(state, lending);
  private final NaiveInventory inventory = new NaiveInventory(state, channels);
  private final NaiveServices services = new NaiveServices(state);
  private final NaiveDevices devices = new NaiveDevices(state);
  private final NaiveReservations reservations = new NaiveReservations(state, pages, devices);
  private final NaivePartitions partitions = new NaivePartitions(state, reservations, channels);
  private final NaiveMonitors monitors = new NaiveMonitors(state);

  /**
   * Decides and does.
   *
   * @param versions of partitions by name, as the ledger has them before the transaction
   * @param opening index of the first operation that opens a session by another principal's nonce,
   *     which the model does not know; -1 if none does
   */
  Verdict execute(
      Transaction transaction, long ledgerTime, ToLongFunction<String> versions, int opening) {
    state.now = Math.max(state.now, ledgerTime);
    Verdict verdict = verdict(transaction, versions, opening);
    if (verdict.committed()) {
      reservations.expire();
      state.undo.commit();
    } else {
      state.undo.rollBack();
    }
    state.sequence++;
    return verdict;
  }

  /** Only that it was asked is known afterwards. */
  Verdict refuse(Verdict verdict, long ledgerTime) {
    state.now = Math.max(state.now, ledgerTime);
    state.sequence++;
    return verdict;
  }

  private Verdict verdict(Transaction transaction, ToLongFunction<String> versions, int opening) {
    for (Precondition precondition : transaction.preconditions()) {
      Refusal unmet = unmet(precondition, versions);
      if (unmet != null) {
        return new Verdict(unmet, -1);
      }
    }
    List<Operation> operations = transaction.operations();
    Set<NaiveServices.Promise> kept = services.concerned(operations, true);
    Set<NaiveServices.Promise> broken = services.concerned(operations, false);
    for (int i = 0; i < operations.size(); i++) {
      Refusal refusal = i == opening ? Refusal.NOT_PERMITTED : execute(operations.get(i));
      if (refusal != null) {
        return new Verdict(refusal, i);
      }
      state.loans.settle();
      channels.settle();
      channels.follow();
      services.forget();
      partitions.bury();
    }
    kept.addAll(services.concerned(operations, false));
    kept.removeAll(broken);
    return kept.stream().anyMatch(services::isBroken)
        ? new Verdict(Refusal.NO_PATH, -1)
        : Verdict.COMMITTED;
  }

  private @Nullable Refusal unmet(Precondition precondition, ToLongFunction<String> versions) {
    return switch (precondition) {
      case Precondition.AtSequence p ->
          p.sequence() == state.sequence ? null : Refusal.PRECONDITION_SEQUENCE;
      case Precondition.PartitionVersion p ->
          state.named(p.partition()) != null && versions.applyAsLong(p.partition()) == p.version()
              ? null
              : Refusal.PRECONDITION_PARTITION_VERSION;
      case Precondition.PageOwner p -> unmet(p);
      case Precondition.PolicyVersion p -> services.unmet(p);
    };
  }

  private @Nullable Refusal unmet(Precondition.PageOwner expected) {
    NaivePartition owner = state.named(expected.partition());
    return owner != null && state.notOwnedLentToo(expected.range(), owner.id()) == null
        ? null
        : Refusal.PRECONDITION_PAGE_OWNER;
  }

  private @Nullable Refusal execute(Operation operation) {
    return switch (operation) {
      case Operation.AddMemory op -> inventory.addMemory(op);
      case Operation.RemoveMemory op -> inventory.removeMemory(op);
      case Operation.PoisonPages op -> inventory.poison(op);
      case Operation.AddProcessor op -> inventory.addProcessor(op);
      case Operation.AddDevice op -> inventory.addDevice(op);
      case Operation.CreatePartition op -> partitions.create(op);
      case Operation.SetLimits op -> partitions.setLimits(op);
      case Operation.StartPartition op ->
          partitions.change(op.partition(), PartitionState.RUNNING, PartitionState.CREATED);
      case Operation.StopPartition op ->
          partitions.change(
              op.partition(),
              PartitionState.STOPPED,
              PartitionState.RUNNING,
              PartitionState.PAUSED);
      case Operation.DestroyPartition op -> partitions.destroy(op);
      case Operation.AssignPages op -> pages.assign(op);
      case Operation.AllocatePages op -> pages.allocate(op);
      case Operation.ReleasePages op -> pages.release(op);
      case Operation.DonatePages op -> pages.donate(op);
      case Operation.AssignProcessor op -> devices.assign(op);
      case Operation.ReleaseProcessor op -> devices.release(op);
      case Operation.AssignDevice op -> devices.assign(op);
      case Operation.ReleaseDevice op -> devices.release(op);
      case Operation.Reserve op -> reservations.reserve(op);
      case Operation.Post op -> reservations.post(op);
      case Operation.Void op -> reservations.cancel(op);
      case Operation.Tick op -> null;
      case Operation.AttachReplica op -> monitors.attach(op);
      case Operation.AttachHost op -> monitors.attach(op);
      case Operation.AttachMonitor op -> monitors.attach(op);
      case Operation.AcknowledgeView op -> monitors.acknowledge(op);
      case Operation.FenceMonitor op -> monitors.fence(op);
      case Operation.RecordScrub op -> monitors.scrubbed(op);
      // Sessions and history change nothing that the model knows.
      case Operation.OpenSession op -> null;
      case Operation.AdministerCluster op -> null;
      case Operation.AnnounceRules op -> monitors.announce(op);
      case Operation.DetachReplica op -> monitors.detach(op);
      case Operation.ActivateRules op -> monitors.activate(op);
      case Operation.ReportState op ->
          op.sequence() > state.sequence ? Refusal.SEQUENCE_AHEAD : null;
      case Operation.Compact op -> op.through() > state.sequence ? Refusal.SEQUENCE_AHEAD : null;
      case Operation.LendPages op -> lending.lend(op);
      case Operation.SharePages op -> lending.share(op);
      case Operation.RetrievePages op -> lending.retrieve(op);
      case Operation.RelinquishPages op -> lending.relinquish(op);
      case Operation.ReclaimPages op -> lending.reclaim(op);
      case Operation.ProtectPages op -> lending.protect(op);
      case Operation.PausePartition op ->
          partitions.change(op.partition(), PartitionState.PAUSED, PartitionState.RUNNING);
      case Operation.ResumePartition op ->
          partitions.change(op.partition(), PartitionState.RUNNING, PartitionState.PAUSED);
      case Operation.RemoveProcessor op -> devices.remove(op);
      case Operation.RemoveDevice op -> devices.remove(op);
      case Operation.PutService op -> services.put(op);
      case Operation.DeleteService op -> services.delete(op);
      case Operation.PromiseService op -> services.promise(op.partition(), op.service(), true);
      case Operation.WithdrawService op -> services.promise(op.partition(), op.service(), false);
      case Operation.PutPolicy op -> services.put(op);
      case Operation.DeletePolicy op -> services.delete(op);
      case Operation.OpenChannel op -> channels.open(op);
      case Operation.CloseChannel op -> channels.close(op);
    };
  }

  /** Learns the numbers of revocations from the facts of the transaction just executed. */
  void learn(List<Event> events) {
    monitors.learn(events);
    state.undo.commit();
  }
}
