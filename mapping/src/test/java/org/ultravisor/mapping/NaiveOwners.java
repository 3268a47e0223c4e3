package org.ultravisor.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The slow, obvious owner map: where each run begins, and with what. */
final class NaiveOwners {
  record Run(long first, long count, int descriptor) {}

  private final TreeMap<Long, Integer> starts = new TreeMap<>();
  private final long limit;

  NaiveOwners(long limit) {
    this.limit = limit;
    starts.put(0L, 0);
  }

  NaiveOwners(NaiveOwners source) {
    limit = source.limit;
    starts.putAll(source.starts);
  }

  void assign(long first, long end, int descriptor) {
    int behind = descriptorAt(end < limit ? end : first);
    starts.subMap(first, end).clear();
    starts.put(first, descriptor);
    if (end < limit) {
      starts.put(end, behind);
      joinAt(end);
    }
    joinAt(first);
  }

  private void joinAt(long frame) {
    Map.Entry<Long, Integer> before = starts.lowerEntry(frame);
    if (before != null && before.getValue().equals(starts.get(frame))) {
      starts.remove(frame);
    }
  }

  int descriptorAt(long frame) {
    return starts.floorEntry(frame).getValue();
  }

  List<Run> runs(long first, long end) {
    List<Run> runs = new ArrayList<>();
    long position = first;
    while (position < end) {
      Long next = starts.higherKey(position);
      long stop = next == null ? end : Math.min(next, end);
      runs.add(new Run(position, stop - position, descriptorAt(position)));
      position = stop;
    }
    return runs;
  }

  List<Run> runs() {
    return runs(0, limit);
  }

  long frames(int descriptor) {
    return runs().stream().filter(r -> r.descriptor == descriptor).mapToLong(Run::count).sum();
  }

  long findBlock(int descriptor, long block, long from) {
    for (Run run : runs(from, limit)) {
      long aligned = Math.ceilDiv(run.first, block) * block;
      if (run.descriptor == descriptor && aligned + block <= run.first + run.count) {
        return aligned;
      }
    }
    return -1;
  }
}
