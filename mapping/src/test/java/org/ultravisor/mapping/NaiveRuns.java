package org.ultravisor.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The slow, obvious map of all frames: where each run begins, and with what value. */
final class NaiveRuns<T> {
  record Run<T>(long first, long count, T value) {
    long end() {
      return first + count;
    }
  }

  private final TreeMap<Long, T> starts = new TreeMap<>();
  private final long limit;

  NaiveRuns(long limit, T everywhere) {
    this.limit = limit;
    starts.put(0L, everywhere);
  }

  NaiveRuns(NaiveRuns<T> source) {
    limit = source.limit;
    starts.putAll(source.starts);
  }

  void set(long first, long end, T value) {
    T behind = at(end < limit ? end : first);
    starts.subMap(first, end).clear();
    starts.put(first, value);
    if (end < limit) {
      starts.put(end, behind);
      joinAt(end);
    }
    joinAt(first);
  }

  private void joinAt(long frame) {
    Map.Entry<Long, T> before = starts.lowerEntry(frame);
    if (before != null && before.getValue().equals(starts.get(frame))) {
      starts.remove(frame);
    }
  }

  T at(long frame) {
    return starts.floorEntry(frame).getValue();
  }

  List<Run<T>> runs(long first, long end) {
    List<Run<T>> runs = new ArrayList<>();
    long position = first;
    while (position < end) {
      Long next = starts.higherKey(position);
      long stop = next == null ? end : Math.min(next, end);
      runs.add(new Run<>(position, stop - position, at(position)));
      position = stop;
    }
    return runs;
  }

  List<Run<T>> runs() {
    return runs(0, limit);
  }

  /** The first frame at or after {@code from}, aligned to the block, with count frames of it. */
  long find(T value, long count, long block, long from) {
    for (Run<T> run : runs(from, limit)) {
      long aligned = Math.ceilDiv(run.first, block) * block;
      if (run.value.equals(value) && aligned + count <= run.end()) {
        return aligned;
      }
    }
    return -1;
  }
}
