package org.ultravisor.ledger.command;

import java.util.List;
import java.util.function.Function;
import org.ultravisor.ledger.core.ChannelInfo;
import org.ultravisor.ledger.core.DeviceInfo;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.LoanInfo;
import org.ultravisor.ledger.core.MemoryRegionInfo;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.PolicyInfo;
import org.ultravisor.ledger.core.ProcessorInfo;
import org.ultravisor.ledger.core.PromiseInfo;
import org.ultravisor.ledger.core.ReplicaInfo;
import org.ultravisor.ledger.core.ReservationInfo;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.ledger.core.ServiceInfo;
import org.ultravisor.ledger.core.SessionInfo;

/**
 * A list that the state can be asked for as a whole: the server serves it, the client asks for it.
 *
 * @param path where the command channel has it
 * @param summary one sentence
 * @param type of its items
 * @param query finds it
 */
public record StateList<T>(
    String path, String summary, Class<T> type, Function<LedgerQueries, List<T>> query) {
  public static final StateList<PartitionInfo> PARTITIONS =
      new StateList<>(
          "/v1/partitions", "All partitions.", PartitionInfo.class, LedgerQueries::partitions);
  public static final StateList<MemoryRegionInfo> MEMORY =
      new StateList<>(
          "/v1/memory", "Installed memory.", MemoryRegionInfo.class, LedgerQueries::memory);
  public static final StateList<DeviceInfo> DEVICES =
      new StateList<>(
          "/v1/devices", "Installed devices.", DeviceInfo.class, LedgerQueries::devices);
  public static final StateList<ProcessorInfo> PROCESSORS =
      new StateList<>(
          "/v1/processors",
          "Installed processors.",
          ProcessorInfo.class,
          LedgerQueries::processors);
  public static final StateList<RevocationInfo> REVOCATIONS =
      new StateList<>(
          "/v1/revocations",
          "Pending revocations, oldest first.",
          RevocationInfo.class,
          LedgerQueries::revocations);
  public static final StateList<LoanInfo> LOANS =
      new StateList<>(
          "/v1/loans", "Open loans, oldest first.", LoanInfo.class, LedgerQueries::loans);
  public static final StateList<ChannelInfo> CHANNELS =
      new StateList<>(
          "/v1/channels",
          "Open channels and those being closed, oldest first.",
          ChannelInfo.class,
          LedgerQueries::channels);
  public static final StateList<ReservationInfo> RESERVATIONS =
      new StateList<>(
          "/v1/reservations",
          "What is held and not posted yet, oldest first.",
          ReservationInfo.class,
          LedgerQueries::reservations);
  public static final StateList<ServiceInfo> SERVICES =
      new StateList<>(
          "/v1/services",
          "Services and the partitions that give them.",
          ServiceInfo.class,
          LedgerQueries::services);
  public static final StateList<PromiseInfo> PROMISES =
      new StateList<>(
          "/v1/promises",
          "Which partition was promised which service.",
          PromiseInfo.class,
          LedgerQueries::promises);
  public static final StateList<PolicyInfo> POLICIES =
      new StateList<>(
          "/v1/policies",
          "Policy documents as they stand.",
          PolicyInfo.class,
          LedgerQueries::policies);
  public static final StateList<MonitorInfo> MONITORS =
      new StateList<>(
          "/v1/monitors", "Attached monitors.", MonitorInfo.class, LedgerQueries::monitors);
  public static final StateList<HostInfo> HOSTS =
      new StateList<>("/v1/hosts", "Attached hosts.", HostInfo.class, LedgerQueries::hosts);
  public static final StateList<ReplicaInfo> REPLICAS =
      new StateList<>(
          "/v1/replicas", "Attached replicas.", ReplicaInfo.class, LedgerQueries::replicas);
  public static final StateList<SessionInfo> SESSIONS =
      new StateList<>("/v1/sessions", "Open sessions.", SessionInfo.class, LedgerQueries::sessions);

  /** All lists there are. */
  public static List<StateList<?>> all() {
    return List.of(
        PARTITIONS,
        MEMORY,
        DEVICES,
        PROCESSORS,
        REVOCATIONS,
        LOANS,
        CHANNELS,
        RESERVATIONS,
        SERVICES,
        PROMISES,
        POLICIES,
        MONITORS,
        HOSTS,
        REPLICAS,
        SESSIONS);
  }
}
