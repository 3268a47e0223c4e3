package org.ultravisor.ledger.core;

import java.util.List;
import org.ultravisor.mapping.Tier;

/**
 * Pages, in the order in which they will be seen, processors and devices held for a partition.
 *
 * @param frames those that are left
 */
record NaiveReservation(
    long number,
    String name,
    int partition,
    Tier tier,
    List<Long> frames,
    List<Integer> processors,
    List<String> devices,
    long deadline) {

  NaiveReservation with(List<Long> left) {
    return new NaiveReservation(
        number, name, partition, tier, List.copyOf(left), processors, devices, deadline);
  }
}
