package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.ultravisor.mapping.MemoryMapView;

/**
 * What may be asked of the state without changing it. Lists are in ascending order of number,
 * address or name and are the caller's.
 */
public interface LedgerQueries {
  /** Sequence of the last transaction whose effects are seen; 0 for an empty ledger. */
  long sequence();

  /** Ledger time of that transaction, milliseconds since 1970. */
  long ledgerTime();

  StateHash hash();

  int rulesVersion();

  /** The earliest sequence whose state can be replayed; 0 if history was never compacted. */
  long compactedThrough();

  List<PartitionInfo> partitions();

  Optional<PartitionInfo> partition(String name);

  Optional<PartitionInfo> partitionById(int partition);

  /** Cost: a few lookups, whatever is installed. */
  PageInfo ownerOf(long frame);

  List<MemoryRegionInfo> memory();

  List<ProcessorInfo> processors();

  List<DeviceInfo> devices();

  /** The pending ones, oldest first. */
  List<RevocationInfo> revocations();

  Optional<RevocationInfo> revocation(long revocation);

  /** The open ones, oldest first. */
  List<LoanInfo> loans();

  Optional<LoanInfo> loan(long loan);

  /** The open ones and those being closed, oldest first. */
  List<ChannelInfo> channels();

  Optional<ChannelInfo> channel(String name);

  List<PolicyInfo> policies();

  Optional<PolicyInfo> policy(String name);

  List<ServiceInfo> services();

  Optional<ServiceInfo> service(String name);

  /** By partition and then by service. */
  List<PromiseInfo> promises();

  /**
   * The servers of every service that a partition was promised, in the order of the promises and of
   * the services' servers, and which of them are paths now.
   */
  List<PathInfo> paths(int partition);

  /** What is held and not posted yet, oldest first. */
  List<ReservationInfo> reservations();

  Optional<ReservationInfo> reservation(String name);

  /**
   * The earliest ledger time at which something times out that a {@link Operation.Tick} should not
   * let wait; empty if nothing does. Sessions, which expire with whatever comes next, do not count.
   */
  OptionalLong nextDeadline();

  /**
   * Why something is not there yet: what is under way for a partition, oldest first, and for what
   * it waits. Costs by what is pending for anybody.
   *
   * @param partition 0 for memory that nobody has had yet
   */
  List<PendingInfo> pending(int partition);

  List<HostInfo> hosts();

  List<MonitorInfo> monitors();

  Optional<MonitorInfo> monitor(int partition);

  List<ReplicaInfo> replicas();

  /** The newest rules that a replica announced since it attached; 1 if it announced nothing. */
  int rulesKnownTo(String replica);

  List<SessionInfo> sessions();

  /** The open session that was opened with this nonce. */
  Optional<SessionInfo> sessionByNonce(long nonce);

  /** What the partition sees; empty for a partition that sees nothing or does not exist. */
  MemoryMapView memoryMap(int partition);

  RequestStatus requestStatus(long session, long requestId);

  /**
   * Visits the sequences of the leaves that hold answers which open sessions may still ask for, in
   * no order.
   */
  void forEachAnswer(LongConsumer sequences);
}
