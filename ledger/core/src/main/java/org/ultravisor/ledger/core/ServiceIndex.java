package org.ultravisor.ledger.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Services by name and by server, promises by service and by partition, policies by name. */
final class ServiceIndex {
  final Map<String, Long> byName = new HashMap<>();
  final Map<String, Long> policyByName = new HashMap<>();
  private final Map<Integer, NavigableSet<Long>> byServer = new HashMap<>();
  private final Map<Long, NavigableSet<Integer>> promisedTo = new HashMap<>();
  private final Map<Integer, NavigableSet<Long>> promises = new HashMap<>();

  void changed(@Nullable ServiceInfo old, @Nullable ServiceInfo now) {
    if (old != null) {
      byName.remove(old.name());
      old.servers().forEach(server -> remove(byServer, server, old.service()));
    }
    if (now != null) {
      byName.put(now.name(), now.service());
      now.servers().forEach(server -> add(byServer, server, now.service()));
    }
  }

  void promiseChanged(@Nullable PromiseInfo old, @Nullable PromiseInfo now) {
    if (old != null) {
      remove(promisedTo, old.service(), old.partition());
      remove(promises, old.partition(), old.service());
    }
    if (now != null) {
      add(promisedTo, now.service(), now.partition());
      add(promises, now.partition(), now.service());
    }
  }

  void policyChanged(@Nullable PolicyInfo old, @Nullable PolicyInfo now) {
    if (old != null) {
      policyByName.remove(old.name());
    }
    if (now != null) {
      policyByName.put(now.name(), now.policy());
    }
  }

  /** The services that the partition is a server of. */
  List<Long> servedBy(int partition) {
    return listOf(byServer.get(partition));
  }

  /** The services that the partition was promised. */
  List<Long> promisedBy(int partition) {
    return listOf(promises.get(partition));
  }

  /** The partitions that were promised the service. */
  List<Integer> promisedTo(long service) {
    return listOf(promisedTo.get(service));
  }

  private static <V> List<V> listOf(@Nullable NavigableSet<V> found) {
    return found == null ? List.of() : List.copyOf(found);
  }

  private static <K, V> void add(Map<K, NavigableSet<V>> sets, K key, V value) {
    sets.computeIfAbsent(key, any -> new TreeSet<>()).add(value);
  }

  private static <K, V> void remove(Map<K, NavigableSet<V>> sets, K key, V value) {
    NavigableSet<V> set = sets.get(key);
    if (set != null && set.remove(value) && set.isEmpty()) {
      sets.remove(key);
    }
  }

  boolean agreesWith(ServiceIndex other) {
    return byName.equals(other.byName)
        && policyByName.equals(other.policyByName)
        && byServer.equals(other.byServer)
        && promisedTo.equals(other.promisedTo)
        && promises.equals(other.promises);
  }
}
