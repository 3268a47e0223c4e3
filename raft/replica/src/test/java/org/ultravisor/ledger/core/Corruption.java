package org.ultravisor.ledger.core;

import java.util.Map;
import java.util.TreeMap;

/** Changes a ledger's memory behind its back, as a broken memory chip does. */
public final class Corruption {
  private Corruption() {}

  /** The first partition gets a label that nobody gave it. */
  public static void label(Ledger ledger, String text) {
    State state = ledger.state();
    PartitionDescriptor partition =
        state.partition(ledger.queries().partitions().getFirst().name());
    if (partition == null) {
      throw new AssertionError("there is no partition to corrupt");
    }
    state.partitions.put(
        partition.id(),
        new PartitionDescriptor(
            partition.id(),
            partition.name(),
            partition.kind(),
            partition.state(),
            partition.limits(),
            new TreeMap<>(Map.of("corrupted", text))));
  }
}
