package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * No transaction takes from a running partition the last path to a service that it was promised. A
 * path is a server of the service that runs, has a device of its class, and shares a channel with
 * the partition. Looked at when all operations are done, so that one path may replace another; only
 * promises that the operations can have to do with are looked at. What is merely reported (a
 * monitor that is gone, a page that broke) is never refused.
 */
final class PathChecks {
  private final State state;

  PathChecks(State state) {
    this.state = state;
  }

  /** Whether the operations could take a path away. Costs nothing where nobody was promised any. */
  boolean concern(List<Operation> operations) {
    boolean promised = state.promises.rows().size() > 0;
    for (Operation operation : operations) {
      if (operation instanceof Operation.PromiseService
          || (promised && !partitions(operation).isEmpty())) {
        return true;
      }
    }
    return false;
  }

  /** The partitions whose part in a path the operation can change; none if it cannot. */
  private List<String> partitions(Operation operation) {
    return switch (operation) {
      case Operation.StartPartition op -> List.of(op.partition());
      case Operation.PausePartition op -> List.of(op.partition());
      case Operation.ResumePartition op -> List.of(op.partition());
      case Operation.StopPartition op -> List.of(op.partition());
      case Operation.DestroyPartition op -> List.of(op.partition());
      case Operation.ReleaseDevice op -> List.of(op.partition());
      case Operation.PromiseService op -> List.of(op.partition());
      case Operation.PutService op -> op.servers();
      case Operation.OpenChannel op -> List.of(op.server(), op.client());
      case Operation.CloseChannel op -> ends(op.channel());
      default -> List.of();
    };
  }

  private List<String> ends(String name) {
    Long number = state.indexes.channels.byName.get(name);
    if (number == null) {
      return List.of();
    }
    ChannelInfo channel = state.channels.require(number);
    return channel.isClosing() // no path leads through it, and an end of it may be gone
        ? List.of()
        : List.of(
            state.partitions.require(channel.server()).name(),
            state.partitions.require(channel.client()).name());
  }

  /**
   * Of the promises that the operations have to do with, by key, which are not kept before them.
   *
   * @param kept the others, which must be kept after them
   */
  record Before(Set<Long> kept, Set<Long> broken) {}

  /** To be asked before the first of the operations. */
  Before before(List<Operation> operations) {
    Before before = new Before(new TreeSet<>(), new TreeSet<>());
    for (long key : concerned(operations)) {
      (isKept(PromiseInfo.ofKey(key)) ? before.kept : before.broken).add(key);
    }
    return before;
  }

  private Set<Long> concerned(List<Operation> operations) {
    Set<Long> promises = new TreeSet<>();
    Set<Long> services = new HashSet<>();
    for (Operation operation : operations) {
      for (String name : partitions(operation)) {
        PartitionDescriptor partition = state.partition(name);
        if (partition != null) {
          for (long service : state.indexes.services.promisedBy(partition.id())) {
            promises.add(PromiseInfo.key(partition.id(), service));
          }
          services.addAll(state.indexes.services.servedBy(partition.id()));
        }
      }
      if (operation instanceof Operation.PutService op) {
        Long service = state.indexes.services.byName.get(op.service());
        if (service != null) {
          services.add(service);
        }
      }
    }
    for (long service : services) {
      for (int partition : state.indexes.services.promisedTo(service)) {
        promises.add(PromiseInfo.key(partition, service));
      }
    }
    return promises;
  }

  /**
   * Why a transaction that is done must be taken back: a promise is broken that was not before. New
   * promises, and those that only now have to do with the operations, were not broken either.
   */
  Decision.@Nullable Rejected newlyBroken(List<Operation> operations, Before before) {
    Set<Long> now = concerned(operations);
    now.addAll(before.kept);
    now.removeAll(before.broken);
    now.removeIf(key -> state.promises.get(key) == null || isKept(PromiseInfo.ofKey(key)));
    for (long key : now) {
      PromiseInfo promise = PromiseInfo.ofKey(key);
      ServiceInfo service = state.services.require(promise.service());
      StringBuilder why = new StringBuilder();
      for (int server : service.servers()) {
        why.append(why.isEmpty() ? ": " : ", ")
            .append('\'')
            .append(state.partitions.require(server).name())
            .append("' ")
            .append(missing(promise.partition(), service, server));
      }
      return rejected(
          Refusal.NO_PATH,
          "'%s' would have no path to service '%s'%s"
              .formatted(
                  state.partitions.require(promise.partition()).name(), service.name(), why));
    }
    return null;
  }

  private boolean isKept(PromiseInfo promise) {
    PartitionDescriptor partition = state.partitions.require(promise.partition());
    if (partition.state() != PartitionState.RUNNING) {
      return true;
    }
    ServiceInfo service = state.services.require(promise.service());
    for (int server : service.servers()) {
      if (missing(promise.partition(), service, server) == null) {
        return true;
      }
    }
    return false;
  }

  private @Nullable String missing(int partition, ServiceInfo service, int server) {
    List<DeviceInfo> devices =
        state.indexes.holdings.devicesOf(server).stream().map(state.devices::require).toList();
    List<ChannelInfo> channels =
        state.indexes.channels.of(partition).stream().map(state.channels::require).toList();
    return Paths.missing(partition, service, state.partitions.require(server), devices, channels);
  }
}
