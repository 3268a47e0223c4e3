package org.ultravisor.ledger.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Processors and devices by who has them, or for whom they are held; devices by IOMMU group. */
final class HoldingIndex {
  private final Map<Integer, NavigableSet<Long>> processors = new HashMap<>();
  private final Map<Integer, NavigableSet<Long>> devices = new HashMap<>();
  private final Map<Integer, NavigableSet<Long>> groups = new HashMap<>();

  void changed(@Nullable ProcessorInfo old, @Nullable ProcessorInfo now) {
    if (old != null) {
      remove(processors, old.partition(), old.processor());
    }
    if (now != null) {
      add(processors, now.partition(), now.processor());
    }
  }

  void changed(@Nullable DeviceInfo old, @Nullable DeviceInfo now) {
    if (old != null) {
      long number = DeviceAddress.number(old.address());
      remove(devices, old.partition(), number);
      remove(groups, old.iommuGroup(), number);
    }
    if (now != null) {
      long number = DeviceAddress.number(now.address());
      add(devices, now.partition(), number);
      add(groups, now.iommuGroup(), number);
    }
  }

  List<Long> processorsOf(int partition) {
    return listOf(processors.get(partition));
  }

  /** By address. */
  List<Long> devicesOf(int partition) {
    return listOf(devices.get(partition));
  }

  /** The devices of an IOMMU group, by address; none where there is no IOMMU. */
  List<Long> devicesInGroup(int group) {
    return group < 0 ? List.of() : listOf(groups.get(group));
  }

  private static List<Long> listOf(@Nullable NavigableSet<Long> found) {
    return found == null ? List.of() : List.copyOf(found);
  }

  private static void add(Map<Integer, NavigableSet<Long>> sets, int key, long value) {
    sets.computeIfAbsent(key, any -> new TreeSet<>()).add(value);
  }

  private static void remove(Map<Integer, NavigableSet<Long>> sets, int key, long value) {
    NavigableSet<Long> set = sets.get(key);
    if (set != null && set.remove(value) && set.isEmpty()) {
      sets.remove(key);
    }
  }

  boolean agreesWith(HoldingIndex other) {
    return processors.equals(other.processors)
        && devices.equals(other.devices)
        && groups.equals(other.groups);
  }
}
