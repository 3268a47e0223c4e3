package org.ultravisor.mapping;

import java.util.Arrays;

/** A page of 8-byte slots whose runs go up by a fixed step: addresses. */
final class WidePage extends Page {
  private final long step;
  private long[] values;

  WidePage(long version, int slots, long step, long value) {
    super(version, slots);
    this.step = step;
    values = new long[FIRST_CAPACITY];
    values[0] = value;
  }

  private WidePage(long version, WidePage source) {
    super(version, source);
    step = source.step;
    values = source.values.clone();
  }

  @Override
  WidePage copy(long newVersion) {
    return new WidePage(newVersion, this);
  }

  @Override
  long step() {
    return step;
  }

  @Override
  public long value(int i) {
    return values[i];
  }

  @Override
  void put(int i, long value) {
    values[i] = value;
  }

  @Override
  void fill(int from, int to, long value) {
    long next = value;
    for (int slot = from; slot < to; slot++) {
      values[slot] = next;
      next += value > 0 ? step : 0;
    }
  }

  @Override
  void move(int from, int to, int count) {
    System.arraycopy(values, from, values, to, count);
  }

  @Override
  void resize(int capacity) {
    values = Arrays.copyOf(values, capacity);
  }

  @Override
  long valueBytes() {
    return 8L * values.length;
  }
}
