package org.ultravisor.ledger.core;

/** What must hold of services: their servers are I/O partitions, and promises are of both there. */
final class ServiceChecks {
  private final State state;

  ServiceChecks(State state) {
    this.state = state;
  }

  void run() {
    state
        .services
        .rows()
        .forEach(
            (number, service) ->
                service
                    .servers()
                    .forEach(
                        id -> {
                          PartitionDescriptor server = state.partitions.get(id);
                          Invariant.check(
                              server != null
                                  && !server.isZombie()
                                  && server.kind() == PartitionKind.IO,
                              "partition %d is a server of service %d and cannot be",
                              id,
                              number);
                        }));
    state
        .promises
        .rows()
        .forEach(
            (key, promise) -> {
              PartitionDescriptor partition = state.partitions.get(promise.partition());
              Invariant.check(
                  partition != null
                      && !partition.isZombie()
                      && state.services.get(promise.service()) != null,
                  "service %d is promised to partition %d, but one is gone",
                  promise.service(),
                  promise.partition());
            });
  }
}
