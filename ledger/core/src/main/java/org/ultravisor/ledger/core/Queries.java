package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.LongMapView;
import org.ultravisor.mapping.Mapping;
import org.ultravisor.mapping.OwnerMapView;
import org.ultravisor.mapping.PageRange;

/** Answers queries from the tables of a state, live or frozen. */
abstract class Queries implements LedgerQueries {
  private final Views views;

  Queries(Views views) {
    this.views = views;
  }

  /** The tables' rows, live or frozen. */
  record Views(
      LongMapView<Long> counters,
      LongMapView<MemoryRegionInfo> regions,
      LongMapView<PartitionDescriptor> partitions,
      LongMapView<Long> versions,
      LongMapView<RevocationInfo> revocations,
      LongMapView<ProcessorInfo> processors,
      LongMapView<DeviceInfo> devices,
      LongMapView<HostInfo> hosts,
      LongMapView<MonitorInfo> monitors,
      LongMapView<ReplicaInfo> replicas,
      LongMapView<SessionInfo> sessions,
      LongMapView<Answer> answers,
      LongMapView<LoanInfo> loans,
      LongMapView<ChannelInfo> channels,
      LongMapView<ReservationInfo> reservations,
      LongMapView<PolicyInfo> policies,
      LongMapView<ServiceInfo> services,
      LongMapView<PromiseInfo> promises,
      LongMapView<Long> replicaRules,
      LongMapView<PartitionUse> uses,
      LongMapView<RevocationInfo> revocationByFrame,
      LongMapView<LoanInfo> loanByFrame,
      LongMapView<HeldRange> heldByFrame,
      LongMapView<List<SessionsByNonce.Opened>> sessionsByNonce) {}

  abstract OwnerMapView owner();

  /** The number of the partition of this name; 0 if there is none. */
  abstract int numberOf(String partition);

  @Override
  public int rulesVersion() {
    Long rules = views.counters.get(Counter.RULES.key());
    return (int) (rules == null ? Counter.FIRST : rules);
  }

  @Override
  public long compactedThrough() {
    Long through = views.counters.get(Counter.COMPACTED.key());
    return through == null ? 0 : through;
  }

  @Override
  public List<PartitionInfo> partitions() {
    List<PartitionInfo> all = new ArrayList<>(views.partitions.size());
    views.partitions.forEach((id, partition) -> all.add(info(partition)));
    return all;
  }

  @Override
  public Optional<PartitionInfo> partition(String name) {
    return partitionById(numberOf(name));
  }

  @Override
  public Optional<PartitionInfo> partitionById(int partition) {
    PartitionDescriptor found = views.partitions.get(partition);
    return found == null ? Optional.empty() : Optional.of(info(found));
  }

  private PartitionInfo info(PartitionDescriptor partition) {
    PartitionUse found = views.uses.get(partition.id());
    PartitionUse use = found == null ? PartitionUse.NONE : found;
    long owned = owner().frames(Descriptors.partition(partition.id()));
    long actual = use.usableOf(owned);
    Long version = views.versions.get(partition.id());
    MonitorInfo monitor = views.monitors.get(partition.id());
    return new PartitionInfo(
        partition.id(),
        partition.name(),
        partition.kind(),
        partition.state(),
        partition.limits(),
        partition.labels(),
        version == null ? 0 : version,
        use.chargedOf(owned),
        actual,
        actual + use.incoming() + use.reserved(),
        use.reserved(),
        use.loans().lent() + use.loans().shared(),
        use.loans().held(),
        use.processors(),
        use.devices(),
        monitor == null ? 0 : monitor.incarnation());
  }

  @Override
  public PageInfo ownerOf(long frame) {
    if (frame < 0 || frame >= PageRange.FRAME_LIMIT) {
      throw new IllegalArgumentException("frame is not in 0..2^60-1: " + frame);
    }
    int descriptor = owner().descriptorAt(frame);
    int partition = Descriptors.isPartition(descriptor) ? Descriptors.partitionOf(descriptor) : 0;
    PartitionDescriptor owned = views.partitions.get(partition);
    RevocationInfo revocation = revocationAt(frame);
    long guestFrame = partition == 0 ? -1 : memoryMap(partition).guestFrameOf(frame);
    Mapping mapping = guestFrame < 0 ? null : memoryMap(partition).at(guestFrame);
    return new PageInfo(
        frame,
        kind(descriptor),
        partition,
        owned == null ? "" : owned.name(),
        cellOf(frame),
        revocation == null ? 0 : revocation.revocation(),
        heldAt(frame),
        loanAt(frame),
        guestFrame,
        mapping == null ? null : mapping.rights());
  }

  private static PageInfo.Kind kind(int descriptor) {
    return switch (descriptor) {
      case Descriptors.ABSENT -> PageInfo.Kind.ABSENT;
      case Descriptors.RESERVED -> PageInfo.Kind.RESERVED;
      case Descriptors.POISONED -> PageInfo.Kind.POISONED;
      default ->
          Descriptors.isPartition(descriptor) ? PageInfo.Kind.OWNED : PageInfo.Kind.AVAILABLE;
    };
  }

  private int cellOf(long frame) {
    long first = views.regions.floorKey(frame);
    MemoryRegionInfo region = first < 0 ? null : views.regions.get(first);
    return region != null && region.range().contains(frame) ? region.cell() : -1;
  }

  private @Nullable RevocationInfo revocationAt(long frame) {
    long first = views.revocationByFrame.floorKey(frame);
    RevocationInfo found = first < 0 ? null : views.revocationByFrame.get(first);
    return found != null && found.range().contains(frame) ? found : null;
  }

  /** The reservation that holds the page; 0 if none does. */
  private long heldAt(long frame) {
    long first = views.heldByFrame.floorKey(frame);
    HeldRange found = first < 0 ? null : views.heldByFrame.get(first);
    return found != null && found.range().contains(frame) ? found.reservation() : 0;
  }

  private static <V> List<V> all(LongMapView<V> rows) {
    List<V> all = new ArrayList<>(rows.size());
    rows.forEach((key, value) -> all.add(value));
    return all;
  }

  private static <V> Optional<V> one(LongMapView<V> rows, long key) {
    V found = rows.get(key);
    return found == null ? Optional.empty() : Optional.of(found);
  }

  @Override
  public List<MemoryRegionInfo> memory() {
    return all(views.regions);
  }

  @Override
  public List<ProcessorInfo> processors() {
    return all(views.processors);
  }

  @Override
  public List<DeviceInfo> devices() {
    return all(views.devices);
  }

  @Override
  public List<RevocationInfo> revocations() {
    return all(views.revocations);
  }

  @Override
  public Optional<RevocationInfo> revocation(long revocation) {
    return one(views.revocations, revocation);
  }

  @Override
  public List<LoanInfo> loans() {
    return all(views.loans);
  }

  @Override
  public Optional<LoanInfo> loan(long loan) {
    return one(views.loans, loan);
  }

  @Override
  public List<ChannelInfo> channels() {
    return all(views.channels);
  }

  @Override
  public Optional<ChannelInfo> channel(String name) {
    return channels().stream().filter(channel -> channel.name().equals(name)).findFirst();
  }

  @Override
  public List<PolicyInfo> policies() {
    return all(views.policies);
  }

  @Override
  public Optional<PolicyInfo> policy(String name) {
    return policies().stream().filter(policy -> policy.name().equals(name)).findFirst();
  }

  @Override
  public List<ServiceInfo> services() {
    return all(views.services);
  }

  @Override
  public Optional<ServiceInfo> service(String name) {
    return services().stream().filter(service -> service.name().equals(name)).findFirst();
  }

  @Override
  public List<PromiseInfo> promises() {
    return all(views.promises);
  }

  @Override
  public List<PathInfo> paths(int partition) {
    return Paths.of(views, partition);
  }

  private long loanAt(long frame) {
    long first = views.loanByFrame.floorKey(frame);
    LoanInfo found = first < 0 ? null : views.loanByFrame.get(first);
    return found != null && found.range().contains(frame) ? found.loan() : 0;
  }

  @Override
  public List<ReservationInfo> reservations() {
    return all(views.reservations);
  }

  @Override
  public Optional<ReservationInfo> reservation(String name) {
    return reservations().stream().filter(held -> held.name().equals(name)).findFirst();
  }

  @Override
  public OptionalLong nextDeadline() {
    return reservations().stream().mapToLong(ReservationInfo::deadline).min();
  }

  @Override
  public List<PendingInfo> pending(int partition) {
    return new PendingSteps(views, partition).find();
  }

  @Override
  public List<HostInfo> hosts() {
    List<HostInfo> hosts = all(views.hosts);
    hosts.sort(Comparator.comparing(HostInfo::host));
    return hosts;
  }

  @Override
  public List<MonitorInfo> monitors() {
    return all(views.monitors);
  }

  @Override
  public Optional<MonitorInfo> monitor(int partition) {
    return one(views.monitors, partition);
  }

  @Override
  public List<ReplicaInfo> replicas() {
    List<ReplicaInfo> replicas = all(views.replicas);
    replicas.sort(Comparator.comparing(ReplicaInfo::replica));
    return replicas;
  }

  @Override
  public int rulesKnownTo(String replica) {
    long[] rules = {Counter.FIRST};
    views.replicas.forEach(
        (number, attached) -> {
          Long announced = views.replicaRules.get(number);
          if (announced != null && attached.replica().equals(replica)) {
            rules[0] = announced;
          }
        });
    return (int) rules[0];
  }

  @Override
  public List<SessionInfo> sessions() {
    return all(views.sessions);
  }

  @Override
  public Optional<SessionInfo> sessionByNonce(long nonce) {
    Long session = SessionsByNonce.find(views.sessionsByNonce, nonce);
    return session == null ? Optional.empty() : one(views.sessions, session);
  }

  @Override
  public RequestStatus requestStatus(long session, long requestId) {
    SessionInfo open = views.sessions.get(session);
    if (open == null) {
      return new RequestStatus.SessionExpired();
    }
    Answer answer = views.answers.get(Answer.key(session, requestId));
    if (answer != null && answer.requestId() == requestId) {
      return new RequestStatus.Answered(answer.sequence());
    }
    return requestId < open.lowestUnanswered()
        ? new RequestStatus.Forgotten()
        : new RequestStatus.NotSeen();
  }

  @Override
  public void forEachAnswer(LongConsumer sequences) {
    views.answers.forEach((slot, answer) -> sequences.accept(answer.sequence()));
  }
}
