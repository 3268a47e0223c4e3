package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Services, who was promised them, and policies. */
final class NaiveServices {
  /** A service; every partition of the list offers it by itself. */
  record Service(long number, String name, int deviceClass, List<Integer> servers) {}

  record Promise(int partition, long service) {}

  record Policy(long number, long version, String document) {}

  private final NaiveState state;

  NaiveServices(NaiveState state) {
    this.state = state;
  }

  @Nullable Refusal put(Operation.PutPolicy op) {
    Policy old = state.policies.get(op.policy());
    state.policies.put(
        op.policy(),
        new Policy(
            old == null ? state.issue("policy") : old.number(), state.sequence + 1, op.document()));
    return null;
  }

  @Nullable Refusal delete(Operation.DeletePolicy op) {
    if (!state.policies.has(op.policy())) {
      return Refusal.POLICY_NOT_FOUND;
    }
    state.policies.remove(op.policy());
    return null;
  }

  @Nullable Refusal unmet(Precondition.PolicyVersion expected) {
    Policy policy = state.policies.get(expected.policy());
    return (policy == null ? 0 : policy.version()) == expected.version()
        ? null
        : Refusal.PRECONDITION_POLICY_VERSION;
  }

  private @Nullable Service named(String name) {
    for (Service service : state.services.values()) {
      if (service.name().equals(name)) {
        return service;
      }
    }
    return null;
  }

  @Nullable Refusal put(Operation.PutService op) {
    Refusal problem = state.partitionProblem(op.servers().toArray(String[]::new));
    if (problem != null) {
      return problem;
    }
    List<NaivePartition> servers = op.servers().stream().map(state::require).toList();
    if (servers.stream().anyMatch(server -> server.kind() != PartitionKind.IO)) {
      return Refusal.PARTITION_KIND;
    }
    Service old = named(op.service());
    long number = old == null ? state.issue("service") : old.number();
    List<Integer> ids = servers.stream().map(NaivePartition::id).toList();
    state.services.put(number, new Service(number, op.service(), op.deviceClass(), ids));
    return null;
  }

  @Nullable Refusal delete(Operation.DeleteService op) {
    Service service = named(op.service());
    if (service == null) {
      return Refusal.SERVICE_NOT_FOUND;
    }
    if (state.promises.values().stream().anyMatch(each -> each.service() == service.number())) {
      return Refusal.SERVICE_IN_USE;
    }
    state.services.remove(service.number());
    return null;
  }

  @Nullable Refusal promise(String partition, String service, boolean given) {
    NaivePartition there = state.named(partition);
    Service found = named(service);
    if (there == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (found == null) {
      return Refusal.SERVICE_NOT_FOUND;
    }
    if (there.zombie()) {
      return Refusal.PARTITION_STATE;
    }
    Promise promise = new Promise(there.id(), found.number());
    state.promises.put(promise.toString(), given ? promise : null);
    return null;
  }

  /** Who is going is promised nothing any more, and serves nobody. */
  void forget() {
    for (Promise promise : state.promises.copy()) {
      if (isGone(promise.partition())) {
        state.promises.remove(promise.toString());
      }
    }
    for (Service service : state.services.copy()) {
      List<Integer> left = new ArrayList<>(service.servers());
      if (left.removeIf(this::isGone)) {
        state.services.put(
            service.number(),
            new Service(service.number(), service.name(), service.deviceClass(), left));
      }
    }
  }

  private boolean isGone(int partition) {
    NaivePartition found = state.partitions.get(partition);
    return found == null || found.zombie();
  }

  /** The promises that the operations have to do with and that are kept, or broken. */
  Set<Promise> concerned(List<Operation> operations, boolean kept) {
    Set<String> names = new HashSet<>();
    Set<String> services = new HashSet<>();
    for (Operation operation : operations) {
      switch (operation) {
        case Operation.StartPartition op -> names.add(op.partition());
        case Operation.PausePartition op -> names.add(op.partition());
        case Operation.ResumePartition op -> names.add(op.partition());
        case Operation.StopPartition op -> names.add(op.partition());
        case Operation.DestroyPartition op -> names.add(op.partition());
        case Operation.ReleaseDevice op -> names.add(op.partition());
        case Operation.PromiseService op -> names.add(op.partition());
        case Operation.PutService op -> {
          names.addAll(op.servers());
          services.add(op.service());
        }
        case Operation.OpenChannel op -> names.addAll(List.of(op.server(), op.client()));
        case Operation.CloseChannel op -> addEnds(op.channel(), names);
        default -> {}
      }
    }
    Set<Promise> found = new HashSet<>();
    for (Promise promise : state.promises.values()) {
      Service service = state.services.require(promise.service());
      boolean concerned =
          services.contains(service.name())
              || names.contains(state.partitions.require(promise.partition()).name())
              || service.servers().stream()
                  .anyMatch(server -> names.contains(state.partitions.require(server).name()));
      if (concerned && isKept(promise) == kept) {
        found.add(promise);
      }
    }
    return found;
  }

  private void addEnds(String channel, Set<String> names) {
    for (NaiveChannels.Channel each : state.channels.values()) {
      if (each.name().equals(channel) && !each.closing()) {
        names.add(state.partitions.require(each.server()).name());
        names.add(state.partitions.require(each.client()).name());
      }
    }
  }

  boolean isBroken(Promise promise) {
    return state.promises.has(promise.toString()) && !isKept(promise);
  }

  private boolean isKept(Promise promise) {
    int partition = promise.partition();
    Service service = state.services.require(promise.service());
    return state.partitions.require(partition).state() != PartitionState.RUNNING
        || service.servers().stream().anyMatch(server -> isPath(partition, service, server));
  }

  private boolean isPath(int partition, Service service, int server) {
    int wanted = service.deviceClass();
    boolean runs = state.partitions.require(server).state() == PartitionState.RUNNING;
    boolean hasDevice =
        wanted < 0
            || state.devices.values().stream()
                .anyMatch(
                    device ->
                        device.partition() == server
                            && device.reservation() == 0
                            && (wanted % 256 == 0
                                ? device.deviceClass() / 256 == wanted / 256
                                : device.deviceClass() == wanted));
    boolean shares =
        state.channels.values().stream()
            .anyMatch(
                channel ->
                    channel.server() == server
                        && channel.client() == partition
                        && !channel.closing());
    return runs && hasDevice && shares;
  }
}
