package org.ultravisor.ledger.core;

/** Writes the facts of services, promises and policies. */
final class ServiceApplier {
  private final State state;

  ServiceApplier(State state) {
    this.state = state;
  }

  void policyPut(Event.PolicyPut e, long sequence) {
    if (state.policies.get(e.policy()) == null) {
      state.issue(Counter.POLICY, e.policy());
    }
    state.policies.put(e.policy(), new PolicyInfo(e.policy(), e.name(), sequence, e.document()));
  }

  void policyDeleted(Event.PolicyDeleted e) {
    state.policies.require(e.policy());
    state.policies.remove(e.policy());
  }

  void servicePut(Event.ServicePut e) {
    if (state.services.get(e.service()) == null) {
      state.issue(Counter.SERVICE, e.service());
    }
    state.services.put(
        e.service(), new ServiceInfo(e.service(), e.name(), e.deviceClass(), e.servers()));
  }

  void serviceDeleted(Event.ServiceDeleted e) {
    state.services.require(e.service());
    Invariant.check(
        state.indexes.services.promisedTo(e.service()).isEmpty(),
        "service %d is deleted but promised",
        e.service());
    state.services.remove(e.service());
  }

  void promised(Event.ServicePromised e, long sequence) {
    PromiseInfo promise = new PromiseInfo(e.partition(), e.service());
    state.services.require(e.service());
    state.promises.put(promise.key(), promise);
    state.touch(e.partition(), sequence);
  }

  void withdrawn(Event.ServiceWithdrawn e, long sequence) {
    long key = PromiseInfo.key(e.partition(), e.service());
    state.promises.require(key);
    state.promises.remove(key);
    state.touch(e.partition(), sequence);
  }
}
