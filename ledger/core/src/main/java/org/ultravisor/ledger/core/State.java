package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.HashSum;
import org.ultravisor.mapping.PageRange;

/** The state: its tables, the memory that they describe, and the indexes derived from them. */
final class State {
  final HashSum sum = new HashSum();
  final Journal journal = new Journal();
  final ChangedPartitions changed = new ChangedPartitions();
  final Indexes indexes = new Indexes(changed);
  final Memory memory = new Memory(sum, journal, changed);

  final Table<Long> counters = table(Tables.COUNTERS, Codecs.NUMBERS, (old, now) -> {});
  final Table<MemoryRegionInfo> regions =
      table(Tables.REGIONS, Codecs.REGIONS, indexes::regionChanged);
  final Table<PartitionDescriptor> partitions =
      table(Tables.PARTITIONS, Codecs.PARTITIONS, indexes::partitionChanged);
  final Table<Long> versions = table(Tables.VERSIONS, Codecs.NUMBERS, (old, now) -> {});
  final Table<RevocationInfo> revocations =
      table(Tables.REVOCATIONS, Codecs.REVOCATIONS, indexes::revocationChanged);
  final Table<ProcessorInfo> processors =
      table(Tables.PROCESSORS, Codecs.PROCESSORS, indexes::processorChanged);
  final Table<DeviceInfo> devices = table(Tables.DEVICES, Codecs.DEVICES, indexes::deviceChanged);
  final Table<HostInfo> hosts = table(Tables.HOSTS, Codecs.HOSTS, indexes::hostChanged);
  final Table<MonitorInfo> monitors = table(Tables.MONITORS, Codecs.MONITORS, (old, now) -> {});
  final Table<ReplicaInfo> replicas = table(Tables.REPLICAS, Codecs.REPLICAS, (old, now) -> {});
  final Table<SessionInfo> sessions =
      table(Tables.SESSIONS, Codecs.SESSIONS, indexes::sessionChanged);
  final Table<Answer> answers = table(Tables.ANSWERS, Codecs.ANSWERS, (old, now) -> {});
  final Table<LoanInfo> loans = table(Tables.LOANS, new LoanCodec(), indexes::loanChanged);
  final Table<ChannelInfo> channels =
      table(Tables.CHANNELS, new ChannelCodec(), indexes.channels::changed);
  final Table<PolicyInfo> policies =
      table(Tables.POLICIES, ServiceCodecs.POLICIES, indexes.services::policyChanged);
  final Table<ServiceInfo> services =
      table(Tables.SERVICES, ServiceCodecs.SERVICES, indexes.services::changed);
  final Table<PromiseInfo> promises =
      table(Tables.PROMISES, ServiceCodecs.PROMISES, indexes.services::promiseChanged);
  final Table<Long> replicaRules = table(Tables.REPLICA_RULES, Codecs.NUMBERS, (old, now) -> {});
  final Table<ReservationInfo> reservations =
      table(Tables.RESERVATIONS, new ReservationCodec(), indexes::reservationChanged);

  /** Sequence and ledger time of the last transaction. */
  long sequence;

  long ledgerTime;

  /** Ledger time of the transaction that is being decided or applied. */
  long now;

  private <V> Table<V> table(int number, RecordCodec<V> codec, Table.Watcher<V> watcher) {
    return new Table<>(number, codec, sum, journal, watcher);
  }

  /** The next number that the counter issues. */
  long next(Counter counter) {
    Long next = counters.get(counter.key());
    return next == null ? Counter.FIRST : next;
  }

  /** The sequence through which history is compacted; 0 if it never was. */
  long compactedThrough() {
    Long through = counters.get(Counter.COMPACTED.key());
    return through == null ? 0 : through;
  }

  /** The tables, ascending by number. */
  List<Table<?>> tables() {
    return List.of(
        counters,
        regions,
        partitions,
        versions,
        revocations,
        processors,
        devices,
        hosts,
        monitors,
        replicas,
        sessions,
        answers,
        loans,
        channels,
        reservations,
        policies,
        services,
        promises,
        replicaRules);
  }

  Queries.Views liveViews() {
    return new Queries.Views(
        counters.rows(),
        regions.rows(),
        partitions.rows(),
        versions.rows(),
        revocations.rows(),
        processors.rows(),
        devices.rows(),
        hosts.rows(),
        monitors.rows(),
        replicas.rows(),
        sessions.rows(),
        answers.rows(),
        loans.rows(),
        channels.rows(),
        reservations.rows(),
        policies.rows(),
        services.rows(),
        promises.rows(),
        replicaRules.rows(),
        indexes.uses,
        indexes.revocationByFrame,
        indexes.loans.byFrame,
        indexes.reservations.byFrame,
        indexes.sessionsByNonce.buckets());
  }

  Queries.Views frozenViews() {
    return new Queries.Views(
        counters.rows().snapshot(),
        regions.rows().snapshot(),
        partitions.rows().snapshot(),
        versions.rows().snapshot(),
        revocations.rows().snapshot(),
        processors.rows().snapshot(),
        devices.rows().snapshot(),
        hosts.rows().snapshot(),
        monitors.rows().snapshot(),
        replicas.rows().snapshot(),
        sessions.rows().snapshot(),
        answers.rows().snapshot(),
        loans.rows().snapshot(),
        channels.rows().snapshot(),
        reservations.rows().snapshot(),
        policies.rows().snapshot(),
        services.rows().snapshot(),
        promises.rows().snapshot(),
        replicaRules.rows().snapshot(),
        indexes.uses.snapshot(),
        indexes.revocationByFrame.snapshot(),
        indexes.loans.byFrame.snapshot(),
        indexes.reservations.byFrame.snapshot(),
        indexes.sessionsByNonce.buckets().snapshot());
  }

  StateHash hash() {
    memory.settleHash();
    return ClockRecord.added(
        sequence,
        ledgerTime,
        sum.high() + memory.owner().hashHigh(),
        sum.low() + memory.owner().hashLow());
  }

  /** Notes that the counter has issued its next number. */
  void issue(Counter counter, long number) {
    long next = next(counter);
    if (number != next) {
      throw new InvariantViolation(
          "the counter %s issues %d, not %d".formatted(counter, next, number));
    }
    counters.put(counter.key(), next + 1);
  }

  /** Says that a transaction changed the partition or what it holds. */
  void touch(int partition, long changedAt) {
    if (partitions.get(partition) == null) {
      return; // It is gone; what it took part in, such as a channel, may end after it.
    }
    Long version = versions.get(partition);
    if (version == null || version != changedAt) {
      versions.put(partition, changedAt);
    }
  }

  /** Visits the installed regions that overlap the range, by address. */
  void forEachRegion(PageRange range, Consumer<MemoryRegionInfo> visitor) {
    long first = regions.rows().floorKey(range.endFrame() - 1);
    List<MemoryRegionInfo> found = new ArrayList<>();
    while (first >= 0) {
      MemoryRegionInfo region = regions.require(first);
      if (!region.range().overlaps(range)) {
        break;
      }
      found.add(region);
      first = first == 0 ? -1 : regions.rows().floorKey(first - 1);
    }
    found.reversed().forEach(visitor);
  }

  /**
   * Gives pages back: each is available in its own cell.
   *
   * @param from the descriptor that all of them have
   */
  void makeAvailable(PageRange range, int from) {
    memory.requireWhole(range, from);
    forEachRegion(
        range,
        region ->
            memory.assign(
                Memory.common(region.range(), range), from, Descriptors.available(region.cell())));
  }

  /** The partition of this name, which was looked up before. */
  PartitionDescriptor requirePartition(String name) {
    PartitionDescriptor found = partition(name);
    if (found == null) {
      throw new InvariantViolation("there is no partition '%s'".formatted(name));
    }
    return found;
  }

  @Nullable PartitionDescriptor partition(String name) {
    PartitionDescriptor recent = indexes.recentPartition;
    if (recent != null && recent.name().equals(name)) {
      return recent;
    }
    Integer id = indexes.partitionByName.get(name);
    if (id == null) {
      return null;
    }
    PartitionDescriptor found = partitions.require(id);
    indexes.recentPartition = found;
    return found;
  }

  /** What the partition's memory map must map. */
  long usablePages(int partition) {
    return indexes
        .useOf(partition)
        .usableOf(memory.owner().frames(Descriptors.partition(partition)));
  }

  /** What counts against the partition's limit of pages. */
  long chargedPages(int partition) {
    return indexes
        .useOf(partition)
        .chargedOf(memory.owner().frames(Descriptors.partition(partition)));
  }
}
