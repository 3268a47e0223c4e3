package org.ultravisor.ledger.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How to take back what a transaction of several operations has done so far. A transaction of one
 * operation is decided before anything is written and needs none.
 *
 * <p>Each write is noted as who can take it back and the few numbers that it takes: rows of arrays
 * that are used again and again, since a transaction may have 100,000 operations.
 */
final class Journal {
  /** Whoever writes; takes one of its writes back. */
  interface Writer {
    /**
     * @param old what was there, if that is an object
     * @param a what the writer noted, as {@code b}, {@code c} and {@code d} are
     */
    void takeBack(@Nullable Object old, long a, long b, long c, long d);
  }

  private static final int NUMBERS = 4;

  /** Room that is kept from one transaction to the next. */
  private static final int KEPT = 1 << 12;

  private @Nullable Writer[] writers = new Writer[16];
  private @Nullable Object[] olds = new Object[16];
  private long[] numbers = new long[16 * NUMBERS];
  private int size;
  private boolean open;

  void begin() {
    Invariant.check(!open && size == 0, "a journal was left open");
    open = true;
  }

  boolean isOpen() {
    return open;
  }

  /** Says how to take back the write that was just made. */
  void add(Writer writer, @Nullable Object old, long a, long b, long c, long d) {
    if (size == writers.length) {
      writers = Arrays.copyOf(writers, 2 * size);
      olds = Arrays.copyOf(olds, 2 * size);
      numbers = Arrays.copyOf(numbers, 2 * size * NUMBERS);
    }
    writers[size] = writer;
    olds[size] = old;
    int at = size * NUMBERS;
    numbers[at] = a;
    numbers[at + 1] = b;
    numbers[at + 2] = c;
    numbers[at + 3] = d;
    size++;
  }

  void commit() {
    open = false;
    forget();
  }

  /** Takes everything back, latest first. */
  void rollBack() {
    open = false;
    for (int i = size - 1; i >= 0; i--) {
      Writer writer = writers[i];
      int at = i * NUMBERS;
      if (writer != null) {
        writer.takeBack(olds[i], numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]);
      }
    }
    forget();
  }

  private void forget() {
    if (writers.length > KEPT) {
      writers = new Writer[KEPT];
      olds = new Object[KEPT];
      numbers = new long[KEPT * NUMBERS];
    } else {
      Arrays.fill(writers, 0, size, null);
      Arrays.fill(olds, 0, size, null);
    }
    size = 0;
  }
}
