package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides on services and who is promised them, and on policy documents. */
final class ServiceDecider {
  private final State state;

  ServiceDecider(State state) {
    this.state = state;
  }

  Decision put(Operation.PutPolicy op) {
    Long number = state.indexes.services.policyByName.get(op.policy());
    return Decision.accepted(
        new Event.PolicyPut(
            number == null ? state.next(Counter.POLICY) : number, op.policy(), op.document()));
  }

  Decision delete(Operation.DeletePolicy op) {
    Long number = state.indexes.services.policyByName.get(op.policy());
    return number == null
        ? rejected(Refusal.POLICY_NOT_FOUND, op.policy())
        : Decision.accepted(new Event.PolicyDeleted(number));
  }

  /** Why the precondition does not hold; null if it does. */
  Decision.@Nullable Rejected unmet(Precondition.PolicyVersion expected) {
    Long number = state.indexes.services.policyByName.get(expected.policy());
    long version = number == null ? 0 : state.policies.require(number).version();
    return version == expected.version()
        ? null
        : rejected(
            Refusal.PRECONDITION_POLICY_VERSION,
            "expected %d; '%s' has %d".formatted(expected.version(), expected.policy(), version));
  }

  Decision put(Operation.PutService op) {
    List<Integer> servers = new ArrayList<>();
    for (String name : op.servers()) {
      PartitionDescriptor server = state.partition(name);
      if (server == null) {
        return rejected(Refusal.PARTITION_NOT_FOUND, name);
      }
      servers.add(server.id());
    }
    for (int id : servers) {
      PartitionDescriptor server = state.partitions.require(id);
      if (server.isZombie()) {
        return zombie(server);
      }
    }
    for (int id : servers) {
      PartitionDescriptor server = state.partitions.require(id);
      if (server.kind() != PartitionKind.IO) {
        return rejected(
            Refusal.PARTITION_KIND,
            "'%s' is of kind %s; a server is of kind IO".formatted(server.name(), server.kind()));
      }
    }
    Long number = state.indexes.services.byName.get(op.service());
    ServiceInfo now =
        new ServiceInfo(
            number == null ? state.next(Counter.SERVICE) : number,
            op.service(),
            op.deviceClass(),
            servers);
    return number != null && state.services.require(number).equals(now)
        ? Decision.nothingToDo()
        : Decision.accepted(
            new Event.ServicePut(now.service(), now.name(), now.deviceClass(), now.servers()));
  }

  Decision delete(Operation.DeleteService op) {
    Long number = state.indexes.services.byName.get(op.service());
    if (number == null) {
      return rejected(Refusal.SERVICE_NOT_FOUND, op.service());
    }
    List<Integer> users = state.indexes.services.promisedTo(number);
    return users.isEmpty()
        ? Decision.accepted(new Event.ServiceDeleted(number))
        : rejected(
            Refusal.SERVICE_IN_USE,
            "'%s' is promised to '%s'"
                .formatted(op.service(), state.partitions.require(users.getFirst()).name()));
  }

  Decision promise(Operation.PromiseService op) {
    Decision.Rejected unfit = unfit(op.partition(), op.service());
    if (unfit != null) {
      return unfit;
    }
    int partition = state.requirePartition(op.partition()).id();
    long service = number(op.service());
    return state.promises.get(PromiseInfo.key(partition, service)) != null
        ? Decision.nothingToDo()
        : Decision.accepted(new Event.ServicePromised(partition, service));
  }

  Decision withdraw(Operation.WithdrawService op) {
    Decision.Rejected unfit = unfit(op.partition(), op.service());
    if (unfit != null) {
      return unfit;
    }
    int partition = state.requirePartition(op.partition()).id();
    long service = number(op.service());
    return state.promises.get(PromiseInfo.key(partition, service)) == null
        ? Decision.nothingToDo()
        : Decision.accepted(new Event.ServiceWithdrawn(partition, service));
  }

  private long number(String service) {
    Long number = state.indexes.services.byName.get(service);
    if (number == null) {
      throw new InvariantViolation("there is no service '%s'".formatted(service));
    }
    return number;
  }

  private Decision.@Nullable Rejected unfit(String partition, String service) {
    PartitionDescriptor there = state.partition(partition);
    if (there == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, partition);
    }
    if (!state.indexes.services.byName.containsKey(service)) {
      return rejected(Refusal.SERVICE_NOT_FOUND, service);
    }
    return there.isZombie() ? zombie(there) : null;
  }

  private static Decision.Rejected zombie(PartitionDescriptor partition) {
    return rejected(
        Refusal.PARTITION_STATE, "'%s' is %s".formatted(partition.name(), partition.state()));
  }
}
