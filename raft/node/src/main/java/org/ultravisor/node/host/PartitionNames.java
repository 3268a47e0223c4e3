package org.ultravisor.node.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.PartitionInfo;

/** The names of the partitions that exist. Changed by one thread; {@link #existing} is for any. */
final class PartitionNames {
  private final Map<Integer, String> byNumber = new HashMap<>();
  private final Set<String> existing = ConcurrentHashMap.newKeySet();

  void reset(List<PartitionInfo> partitions) {
    byNumber.clear();
    existing.clear();
    partitions.forEach(partition -> created(partition.id(), partition.name()));
  }

  void created(int partition, String name) {
    byNumber.put(partition, name);
    existing.add(name);
  }

  void destroyed(int partition) {
    String name = byNumber.remove(partition);
    if (name != null) {
      existing.remove(name);
    }
  }

  @Nullable String nameOf(int partition) {
    return byNumber.get(partition);
  }

  /** A live set. */
  Set<String> existing() {
    return existing;
  }
}
