package org.ultravisor.mapping;

import java.util.Arrays;

/** A page of 4-byte slots whose runs are equal values: 31-bit descriptors. */
final class NarrowPage extends Page {
  private int[] values;

  NarrowPage(long version, int slots, int value) {
    super(version, slots);
    values = new int[FIRST_CAPACITY];
    values[0] = value;
  }

  private NarrowPage(long version, NarrowPage source) {
    super(version, source);
    values = source.values.clone();
  }

  @Override
  NarrowPage copy(long newVersion) {
    return new NarrowPage(newVersion, this);
  }

  @Override
  long step() {
    return 0;
  }

  @Override
  public long value(int i) {
    return values[i];
  }

  @Override
  void put(int i, long value) {
    values[i] = (int) value;
  }

  @Override
  void fill(int from, int to, long value) {
    Arrays.fill(values, from, to, (int) value);
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
    return (4L * values.length + 7) / 8 * 8;
  }
}
