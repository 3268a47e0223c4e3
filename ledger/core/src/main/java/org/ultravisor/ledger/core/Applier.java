package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.mapping.PageRange;

/**
 * Writes facts into the state. Decides nothing and cannot refuse: a fact that contradicts the state
 * is a broken invariant.
 */
final class Applier {
  private final State state;
  private final LoanApplier loans;
  private final ChannelApplier channels;
  private final ServiceApplier services;
  private final RevocationApplier revocations;
  private final ReservationApplier reservations;

  Applier(State state) {
    this.state = state;
    this.loans = new LoanApplier(state);
    this.services = new ServiceApplier(state);
    this.channels = new ChannelApplier(state);
    this.revocations = new RevocationApplier(state, loans);
    this.reservations = new ReservationApplier(state);
  }

  /**
   * @param sequence of the transaction that the fact is part of
   * @param ledgerTime of that transaction
   */
  void apply(Event event, long sequence, long ledgerTime) {
    switch (event) {
      case Event.PagesAssigned e -> {
        state.memory.take(e.range(), Descriptors.partition(e.partition()));
        state.memory.map(e.partition(), e.guestFrame(), e.range(), e.rights());
        state.touch(e.partition(), sequence);
      }
      case Event.PagesRevoked e -> revocations.revoked(e, sequence);
      case Event.RevocationAcknowledged e -> revocations.acknowledged(e);
      case Event.RevocationScrubbed e -> revocations.scrubbed(e);
      case Event.RevocationSplit e -> revocations.split(e);
      case Event.RevocationRedirected e -> revocations.redirected(e, sequence);
      case Event.RevocationSuperseded e -> revocations.superseded(e);
      case Event.PagesLent e -> loans.lent(e, sequence);
      case Event.PagesRetrieved e -> loans.retrieved(e, sequence);
      case Event.BorrowerRemoved e -> loans.removed(e, sequence);
      case Event.LoanReclaimed e -> loans.reclaimed(e, sequence);
      case Event.LoanEnded e -> loans.ended(e, sequence);
      case Event.LoanOrphaned e -> loans.orphaned(e);
      case Event.LoanSplit e -> loans.split(e);
      case Event.ProcessorRemoved e -> {
        state.processors.require(e.processor());
        state.processors.remove(e.processor());
      }
      case Event.DeviceRemoved e -> {
        long number = DeviceAddress.number(e.address());
        state.devices.require(number);
        state.devices.remove(number);
      }
      case Event.ServicePut e -> services.servicePut(e);
      case Event.ServiceDeleted e -> services.serviceDeleted(e);
      case Event.ServicePromised e -> services.promised(e, sequence);
      case Event.ServiceWithdrawn e -> services.withdrawn(e, sequence);
      case Event.PolicyPut e -> services.policyPut(e, sequence);
      case Event.PolicyDeleted e -> services.policyDeleted(e);
      case Event.ChannelOpened e -> channels.opened(e, sequence);
      case Event.ChannelStateChanged e -> channels.stateChanged(e, sequence);
      case Event.ChannelClosed e -> channels.closed(e, sequence);
      case Event.PagesProtected e -> {
        state.memory.protect(e.partition(), e.guestFrame(), e.range(), e.rights());
        state.touch(e.partition(), sequence);
      }
      case Event.RevocationCompleted e -> revocations.completed(e, sequence);
      case Event.Reserved e -> reservations.reserved(e, sequence);
      case Event.Posted e -> reservations.posted(e, sequence);
      case Event.ReservationVoided e -> reservations.ended(e.reservation(), sequence);
      case Event.ReservationExpired e -> reservations.ended(e.reservation(), sequence);
      case Event.ReservationReduced e -> reservations.reduced(e, sequence);
      case Event.MemoryAdded e -> addMemory(e);
      case Event.MemoryRemoved e -> removeMemory(e.range());
      case Event.ProcessorAdded e ->
          state.processors.put(e.processor(), new ProcessorInfo(e.processor(), e.cell(), 0, 0));
      case Event.DeviceAdded e -> {
        long number = DeviceAddress.number(e.address());
        state.devices.put(
            number,
            new DeviceInfo(
                DeviceAddress.text(number), e.deviceClass(), e.iommuGroup(), e.cell(), 0, 0));
      }
      case Event.PartitionCreated e -> {
        state.issue(Counter.PARTITION, e.partition());
        state.partitions.put(
            e.partition(),
            new PartitionDescriptor(
                e.partition(), e.name(), e.kind(), PartitionState.CREATED, e.limits(), e.labels()));
        state.touch(e.partition(), sequence);
      }
      case Event.LimitsSet e -> {
        state.partitions.put(
            e.partition(), state.partitions.require(e.partition()).withLimits(e.limits()));
        state.touch(e.partition(), sequence);
      }
      case Event.PartitionStateChanged e -> changeState(e, sequence);
      case Event.ProcessorAssigned e -> {
        setProcessor(e.processor(), 0, e.partition());
        state.touch(e.partition(), sequence);
      }
      case Event.ProcessorReleased e -> {
        setProcessor(e.processor(), e.partition(), 0);
        state.touch(e.partition(), sequence);
      }
      case Event.DevicesAssigned e -> {
        setDevices(e.addresses(), 0, e.partition());
        state.touch(e.partition(), sequence);
      }
      case Event.DevicesReleased e -> {
        setDevices(e.addresses(), e.partition(), 0);
        state.touch(e.partition(), sequence);
      }
      case Event.SessionOpened e -> {
        state.issue(Counter.SESSION, e.session());
        state.sessions.put(
            e.session(),
            new SessionInfo(
                e.session(), Principal.LOCAL.name(), e.nonce(), 1, sequence, ledgerTime));
      }
      case Event.SessionOwned e ->
          state.sessions.put(e.session(), state.sessions.require(e.session()).ownedBy(e.owner()));
      case Event.SessionExpired e -> expire(e.session());
      case Event.ReplicaAttached e -> attach(e);
      case Event.HostAttached e -> {
        state.issue(Counter.INCARNATION, e.incarnation());
        state.hosts.put(e.window(), new HostInfo(e.host(), e.window(), e.incarnation(), e.nonce()));
      }
      case Event.MonitorAttached e -> {
        state.issue(Counter.INCARNATION, e.incarnation());
        state.monitors.put(
            e.partition(),
            new MonitorInfo(
                e.partition(), e.host(), e.incarnation(), e.nonce(), sequence, sequence - 1));
        state.touch(e.partition(), sequence);
      }
      case Event.ViewAcknowledged e -> {
        MonitorInfo monitor = state.monitors.require(e.partition());
        state.monitors.put(
            e.partition(),
            new MonitorInfo(
                monitor.partition(),
                monitor.host(),
                monitor.incarnation(),
                monitor.nonce(),
                monitor.attachedAt(),
                e.sequence()));
      }
      case Event.MonitorFenced e -> {
        state.monitors.require(e.partition());
        state.monitors.remove(e.partition());
        state.touch(e.partition(), sequence);
      }
      case Event.RulesAnnounced e ->
          state.replicaRules.put(Attachments.require(state, e.replica()), (long) e.newest());
      case Event.ReplicaDetached e -> {
        long number = Attachments.require(state, e.replica());
        state.replicas.remove(number);
        forgetRules(number);
      }
      case Event.StateReported e -> {}
      case Event.RulesActivated e -> state.counters.put(Counter.RULES.key(), (long) e.version());
      case Event.HistoryCompacted e -> {
        Invariant.check(
            e.through() > state.compactedThrough() && e.through() < sequence,
            "history is compacted through %d at sequence %d, after %d",
            e.through(),
            sequence,
            state.compactedThrough());
        state.counters.put(Counter.COMPACTED.key(), e.through());
      }
    }
  }

  private void addMemory(Event.MemoryAdded e) {
    state.regions.put(e.range().firstFrame(), new MemoryRegionInfo(e.range(), e.cell(), e.type()));
    state.memory.assign(
        e.range(),
        Descriptors.ABSENT,
        e.zeroed() ? Descriptors.available(e.cell()) : Descriptors.RESERVED);
  }

  private void removeMemory(PageRange gone) {
    List<MemoryRegionInfo> touched = new ArrayList<>();
    state.forEachRegion(gone, touched::add);
    for (MemoryRegionInfo region : touched) {
      PageRange range = region.range();
      state.regions.remove(range.firstFrame());
      if (range.firstFrame() < gone.firstFrame()) {
        keep(region, PageRange.between(range.firstFrame(), gone.firstFrame()));
      }
      if (range.endFrame() > gone.endFrame()) {
        keep(region, PageRange.between(gone.endFrame(), range.endFrame()));
      }
    }
    state.memory.take(gone, Descriptors.ABSENT);
  }

  private void keep(MemoryRegionInfo region, PageRange rest) {
    state.regions.put(rest.firstFrame(), new MemoryRegionInfo(rest, region.cell(), region.type()));
  }

  private void changeState(Event.PartitionStateChanged e, long sequence) {
    PartitionDescriptor partition = state.partitions.require(e.partition());
    if (e.state() != PartitionState.DESTROYED) {
      state.partitions.put(e.partition(), partition.withState(e.state()));
      state.touch(e.partition(), sequence);
      return;
    }
    long pages = state.memory.owner().frames(Descriptors.partition(e.partition()));
    Invariant.check(pages == 0, "partition %d is gone but holds %d pages", e.partition(), pages);
    PartitionUse use = state.indexes.useOf(e.partition());
    Invariant.check(
        use.equals(PartitionUse.NONE),
        "partition %d is gone but holds %d processors and %d devices",
        e.partition(),
        use.processors(),
        use.devices());
    state.partitions.remove(e.partition());
    state.versions.remove(e.partition());
    state.monitors.remove(e.partition());
    state.memory.drop(e.partition());
  }

  private void setProcessor(int number, int from, int to) {
    ProcessorInfo processor = state.processors.require(number);
    Invariant.check(
        processor.isAssignedTo(from),
        "processor %d is partition %d's, not %d's",
        number,
        processor.partition(),
        from);
    state.processors.put(number, processor.heldBy(to, 0));
  }

  private void setDevices(List<String> addresses, int from, int to) {
    for (String address : addresses) {
      long number = DeviceAddress.number(address);
      DeviceInfo device = state.devices.require(number);
      Invariant.check(
          device.isAssignedTo(from),
          "device %x is partition %d's, not %d's",
          number,
          device.partition(),
          from);
      state.devices.put(number, device.heldBy(to, 0));
    }
  }

  private void expire(long session) {
    SessionInfo expired = state.sessions.require(session);
    for (long slot = 0; slot < Answer.WINDOW; slot++) {
      long key = Answer.key(session, expired.lowestUnanswered() + slot);
      if (state.answers.get(key) != null) {
        state.answers.remove(key);
      }
    }
    state.sessions.remove(session);
  }

  private void attach(Event.ReplicaAttached e) {
    state.issue(Counter.INCARNATION, e.incarnation());
    long number = Attachments.replicaNumber(state, e.replica());
    if (number == Attachments.NO_NUMBER) {
      number = state.next(Counter.REPLICA);
      state.issue(Counter.REPLICA, number);
    }
    state.replicas.put(number, new ReplicaInfo(e.replica(), e.incarnation(), e.nonce()));
    forgetRules(number);
  }

  private void forgetRules(long number) {
    if (state.replicaRules.get(number) != null) {
      state.replicaRules.remove(number);
    }
  }
}
