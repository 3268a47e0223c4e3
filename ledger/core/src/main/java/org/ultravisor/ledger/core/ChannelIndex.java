package org.ultravisor.ledger.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Channels by name, by their ends and by the loans that carry them. */
final class ChannelIndex {
  final Map<String, Long> byName = new HashMap<>();
  final Map<Integer, NavigableSet<Long>> byPartition = new HashMap<>();
  final Map<Long, NavigableSet<Long>> loans = new HashMap<>();

  void changed(@Nullable ChannelInfo old, @Nullable ChannelInfo now) {
    if (old != null) {
      byName.remove(old.name());
      remove(byPartition, old.server(), old.channel());
      remove(byPartition, old.client(), old.channel());
    }
    if (now != null) {
      byName.put(now.name(), now.channel());
      add(byPartition, now.server(), now.channel());
      add(byPartition, now.client(), now.channel());
    }
  }

  void loanChanged(@Nullable LoanInfo old, @Nullable LoanInfo now) {
    if (old != null && old.channel() != 0) {
      remove(loans, old.channel(), old.loan());
    }
    if (now != null && now.channel() != 0) {
      add(loans, now.channel(), now.loan());
    }
  }

  /** The channels of which the partition is an end, oldest first. */
  List<Long> of(int partition) {
    NavigableSet<Long> found = byPartition.get(partition);
    return found == null ? List.of() : List.copyOf(found);
  }

  /** The loans that carry the channel: several after a page of it broke. */
  List<Long> loansOf(long channel) {
    NavigableSet<Long> found = loans.get(channel);
    return found == null ? List.of() : List.copyOf(found);
  }

  private static <K> void add(Map<K, NavigableSet<Long>> sets, K key, long value) {
    sets.computeIfAbsent(key, any -> new TreeSet<>()).add(value);
  }

  private static <K> void remove(Map<K, NavigableSet<Long>> sets, K key, long value) {
    NavigableSet<Long> set = sets.get(key);
    if (set != null && set.remove(value) && set.isEmpty()) {
      sets.remove(key);
    }
  }

  boolean agreesWith(ChannelIndex other) {
    return byName.equals(other.byName)
        && byPartition.equals(other.byPartition)
        && loans.equals(other.loans);
  }
}
