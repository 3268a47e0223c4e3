package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Map;

/** Defects in reservations, processors, devices, partitions, services, policies and answers. */
final class PlantedOtherFaults {
  private PlantedOtherFaults() {}

  static void put(Map<String, ModelFault> all) {
    all.put(
        "a void reservation leaks its pages", PlantedFaults.lost(Event.ReservationVoided.class));
    all.put(
        "a reservation that does not time out",
        PlantedFaults.each(
            Event.Reserved.class,
            e ->
                List.of(
                    new Event.Reserved(
                        e.reservation(),
                        e.name(),
                        e.partition(),
                        e.tier(),
                        e.ranges(),
                        e.processors(),
                        e.addresses(),
                        e.deadline() + 1_000_000))));
    all.put(
        "a destroyed partition keeps its processors",
        PlantedFaults.lost(Event.ProcessorReleased.class));
    all.put(
        "an IOMMU group in two hands",
        PlantedFaults.each(
            Event.DevicesAssigned.class,
            e ->
                e.addresses().size() == 1
                    ? null
                    : List.of(
                        new Event.DevicesAssigned(
                            e.partition(), List.of(e.addresses().getFirst())))));
    all.put(
        "a zombie that is gone too soon",
        PlantedFaults.each(
            Event.PartitionStateChanged.class,
            e ->
                e.state() == PartitionState.ZOMBIE
                    ? List.of(
                        e, new Event.PartitionStateChanged(e.partition(), PartitionState.DESTROYED))
                    : null));
    all.put(
        "a refusal that leaves traces",
        new ModelFault() {
          @Override
          public void appliedByDeciding(Leaf leaf, State state) {
            if (leaf.outcome() instanceof Outcome.Refused) {
              state.counters.put(Counter.INCARNATION.key(), state.next(Counter.INCARNATION) + 1);
            }
          }
        });
    all.put(
        "a promise that is forgotten, so that its last path can be taken",
        PlantedFaults.lost(Event.ServicePromised.class));
    all.put(
        "a promise that outlives its withdrawal", PlantedFaults.lost(Event.ServiceWithdrawn.class));
    all.put("a removed device that stays", PlantedFaults.lost(Event.DeviceRemoved.class));
    all.put(
        "a policy that is not what was put",
        PlantedFaults.each(
            Event.PolicyPut.class,
            e -> List.of(new Event.PolicyPut(e.policy(), e.name(), e.document() + " "))));
    all.put(
        "an answer that is forgotten",
        new ModelFault() {
          @Override
          public void applied(Leaf leaf, State state) {
            Transaction transaction = leaf.submission().transaction();
            long key = Answer.key(transaction.session(), transaction.requestId());
            if (transaction.session() != Transaction.NO_SESSION) {
              state.answers.remove(key);
            }
          }
        });
  }
}
