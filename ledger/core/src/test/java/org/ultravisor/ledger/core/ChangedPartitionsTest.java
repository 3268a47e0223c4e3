package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Against a set; repeat with {@code -Dultravisor.seed=N}. */
final class ChangedPartitionsTest {
  @Test
  void eachOnceInOrderAndForgottenAfterwards() {
    long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
    Random random = new Random(seed);
    ChangedPartitions changed = new ChangedPartitions();
    for (int round = 0; round < 2000; round++) {
      Set<Integer> expected = new LinkedHashSet<>();
      int many = 1 + random.nextInt(30);
      for (int i = random.nextInt(60); i > 0; i--) {
        int partition = random.nextInt(many);
        changed.note(partition);
        if (partition != 0) {
          expected.add(partition);
        }
      }
      List<Integer> visited = new ArrayList<>();
      changed.drain(visited::add);
      assertEquals(List.copyOf(expected), visited, "repeat with -Dultravisor.seed=" + seed);
    }
  }

  @Test
  void descriptorsSayWhatTheyAreOf() {
    ChangedPartitions changed = new ChangedPartitions();
    changed.noteDescriptor(Descriptors.partition(5));
    changed.noteDescriptor(Descriptors.available(6));
    changed.noteDescriptor(Descriptors.POISONED);
    assertFalse(changed.takeInstalled());
    changed.noteDescriptor(Descriptors.ABSENT);
    assertTrue(changed.takeInstalled());
    assertFalse(changed.takeInstalled());
    List<Integer> visited = new ArrayList<>();
    changed.drain(visited::add);
    assertEquals(List.of(5), visited);
  }
}
