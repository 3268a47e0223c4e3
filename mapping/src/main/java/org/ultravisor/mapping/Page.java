package org.ultravisor.mapping;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One index page: a fixed number of slots, each owned (a value of 0 or more) or subdivided (a child
 * page one tier down). The storage adapts: few runs are kept as runs, many as one value a slot.
 *
 * <pre>
 *   form   starts            values             children
 *   runs   first slot of     of the first slot  of each run; null when no slot is
 *          each run          of each run        subdivided
 *   dense  null              of each slot       of each slot; null likewise
 * </pre>
 *
 * A dense page of level 0 is kept as a bare {@link Leaf}; {@code children} holds both kinds.
 *
 * <p>Always: runs are maximal, a subdivided slot is a run of its own, and {@code runs} is their
 * number in either form. Within a run the value of a slot is that of the slot before it plus {@link
 * #step()}, except that 0 stays 0. The form depends on history, the slots do not.
 *
 * <p>A page is written only by the tree's writer and only while its version is the tree's; every
 * other page may be shared with snapshots and never changes again.
 */
abstract sealed class Page permits NarrowPage, WidePage, LeafPage {
  /** The value of a subdivided slot. */
  static final long SUBDIVIDED = -1;

  /** A page with more runs than one in so many slots is dense: found at once, 4 KiB at most. */
  private static final int SLOTS_PER_RUN = 32;

  /** Runs for which a new page has room. */
  static final int FIRST_CAPACITY = 4;

  final long version;
  final int slots;
  int runs;
  private short @Nullable [] starts;
  private @Nullable Object @Nullable [] children;

  /** A page that is one run. */
  Page(long version, int slots) {
    this.version = version;
    this.slots = slots;
    this.runs = 1;
    this.starts = new short[FIRST_CAPACITY];
  }

  /** A dense page without children. */
  Page(long version, int slots, int runs) {
    this.version = version;
    this.slots = slots;
    this.runs = runs;
  }

  /** A copy that may be written. */
  Page(long version, Page source) {
    this.version = version;
    this.slots = source.slots;
    this.runs = source.runs;
    this.starts = source.starts == null ? null : source.starts.clone();
    this.children = source.children == null ? null : source.children.clone();
  }

  abstract Page copy(long newVersion);

  /** What the values of neighbouring slots in one run differ by. */
  abstract long step();

  /** The i-th stored value: of run i, or of slot i when the page is dense. */
  abstract long value(int i);

  abstract void put(int i, long value);

  abstract void fill(int from, int to, long value);

  abstract void move(int from, int to, int count);

  /** Keeps the values as far as there is room for them. */
  abstract void resize(int capacity);

  /** Bytes of the stored values, without the array's header. */
  abstract long valueBytes();

  /** What other pages may share with this one: the same object if it is the same page. */
  Object content() {
    return this;
  }

  final boolean dense() {
    return starts == null;
  }

  /** Where the slot's value and child are stored. */
  final int indexOf(int slot) {
    short[] first = starts;
    if (first == null) {
      return slot;
    }
    int low = 0;
    int high = runs - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (first[middle] <= slot) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The slot's value, given its index. */
  final long valueAt(int index, int slot) {
    short[] first = starts;
    return first == null ? value(slot) : along(value(index), slot - first[index]);
  }

  final long get(int slot) {
    return valueAt(indexOf(slot), slot);
  }

  /** The child of a subdivided slot, given its index. */
  final Page childAt(int index) {
    Object child = children == null ? null : children[index];
    if (child == null) {
      throw new IllegalStateException("no child at index " + index + " of an index page");
    }
    return child instanceof Page page ? page : new LeafPage(child, step() / slots);
  }

  final Page child(int slot) {
    return childAt(indexOf(slot));
  }

  /** The slot's child, a page or a leaf; null if the slot is owned. Does not look at values. */
  final @Nullable Object childOrNull(int slot) {
    @Nullable Object[] all = children;
    return all == null ? null : all[indexOf(slot)];
  }

  /**
   * Reads what a read or write of the slot will read, so that it is in the processor's cache then.
   *
   * @return a number that means nothing, but depends on what was read
   */
  final long touch(int slot) {
    short[] first = starts;
    return first == null ? value(slot) : value(0) + value(runs - 1) + first[runs - 1];
  }

  /** The first slot behind the run that the slot is in, given the slot's index. */
  final int runEnd(int index, int slot) {
    return runEnd(index, slot, slots);
  }

  /** The same, but at most {@code limit}. */
  final int runEnd(int index, int slot, int limit) {
    short[] first = starts;
    if (first != null) {
      return index + 1 < runs ? Math.min(first[index + 1], limit) : limit;
    }
    int end = slot + 1;
    while (end < limit && continues(end)) {
      end++;
    }
    return end;
  }

  /** The first slot at or after {@code slot} that has exactly the value, or -1. */
  final int find(int slot, long value) {
    short[] first = starts;
    if (first == null) {
      for (int at = slot; at < slots; at++) {
        if (value(at) == value) {
          return at;
        }
      }
      return -1;
    }
    for (int index = indexOf(slot); index < runs; index++) {
      int at = Math.max(slot, first[index]);
      if (valueAt(index, at) == value) {
        return at;
      }
    }
    return -1;
  }

  private long along(long value, int distance) {
    return value <= 0 ? value : value + distance * step();
  }

  /** Whether the slot goes on with the run before it; dense pages only. */
  private boolean continues(int slot) {
    long before = value(slot - 1);
    return before >= 0 && along(before, 1) == value(slot);
  }

  /** Gives slots [from, to) to a run that begins with the value; children there are dropped. */
  final void set(int from, int to, long value) {
    if (starts == null) {
      setDense(from, to, value, null);
      if (isSparse(runs, slots)) {
        becomeRuns();
      }
    } else {
      splice(from, to, value, null);
    }
  }

  /** Subdivides a slot, or replaces its child. */
  final void setChild(int slot, Object child) {
    if (starts == null) {
      setDense(slot, slot + 1, SUBDIVIDED, child);
    } else {
      splice(slot, slot + 1, SUBDIVIDED, child);
    }
  }

  private void setDense(int from, int to, long value, @Nullable Object child) {
    for (int slot = Math.max(from, 1); slot <= to && slot < slots; slot++) {
      if (!continues(slot)) {
        runs--;
      }
    }
    fill(from, to, value);
    if (children != null) {
      Arrays.fill(children, from, to, child);
    } else if (child != null) {
      children = new Object[slots];
      children[from] = child;
    }
    if (from > 0 && !continues(from)) {
      runs++;
    }
    if (to < slots && !continues(to)) {
      runs++;
    }
  }

  /** Replaces the runs that cover [from, to) by what is left of them and the new run. */
  private void splice(int from, int to, long value, @Nullable Object child) {
    short[] first = requireRuns();
    int low = indexOf(from);
    int high = to - from == 1 ? low : indexOf(to - 1);
    int highEnd = high + 1 < runs ? first[high + 1] : slots;
    long after = along(value, to - from);

    if (child != null && low == high && value(low) == SUBDIVIDED) {
      putChild(low, child);
      return;
    }
    boolean right = highEnd > to;
    long rightValue = right ? along(value(high), to - first[high]) : 0;
    if (right && value >= 0 && rightValue == after) {
      right = false;
    } else if (!right && high + 1 < runs && value >= 0 && value(high + 1) == after) {
      high++;
    }
    boolean left = first[low] < from;
    boolean joined = false;
    if (left) {
      joined = value >= 0 && along(value(low), from - first[low]) == value;
    } else if (low > 0 && value >= 0) {
      long before = value(low - 1);
      if (before >= 0 && along(before, from - first[low - 1]) == value) {
        low--;
        left = true;
        joined = true;
      }
    }
    int pieces = (left ? 1 : 0) + (joined ? 0 : 1) + (right ? 1 : 0);
    int growth = pieces - (high - low + 1);
    if (runs + growth > slots / SLOTS_PER_RUN) {
      becomeDense();
      setDense(from, to, value, child);
      return;
    }
    makeRoom(high + 1, growth);
    int at = low + (left ? 1 : 0);
    if (!joined) {
      putRun(at++, from, value, child);
    }
    if (right) {
      putRun(at, to, rightValue, null);
    }
  }

  private void putRun(int index, int slot, long value, @Nullable Object child) {
    requireRuns()[index] = (short) slot;
    put(index, value);
    if (child != null) {
      putChild(index, child);
    } else if (children != null) {
      children[index] = null;
    }
  }

  private void putChild(int index, Object child) {
    @Nullable Object[] all = children;
    if (all == null) {
      all = new Object[starts == null ? slots : starts.length];
      children = all;
    }
    all[index] = child;
  }

  /** Moves the runs from {@code index} on by {@code growth} places, which may be negative. */
  private void makeRoom(int index, int growth) {
    short[] first = requireRuns();
    if (runs + growth > first.length) {
      int capacity =
          Math.min(slots / SLOTS_PER_RUN, Math.max(runs + growth, first.length * 3 / 2 + 1));
      first = Arrays.copyOf(first, capacity);
      starts = first;
      resize(capacity);
      if (children != null) {
        children = Arrays.copyOf(children, capacity);
      }
    }
    if (growth != 0) {
      int count = runs - index;
      System.arraycopy(first, index, first, index + growth, count);
      move(index, index + growth, count);
      if (children != null) {
        System.arraycopy(children, index, children, index + growth, count);
        if (growth < 0) {
          Arrays.fill(children, runs + growth, runs, null);
        }
      }
      runs += growth;
    }
  }

  private void becomeDense() {
    short[] first = requireRuns();
    @Nullable Object[] old = children;
    @Nullable Object[] spread = old == null ? null : new Object[slots];
    resize(slots);
    starts = null;
    for (int run = runs - 1; run >= 0; run--) {
      int end = run + 1 < runs ? first[run + 1] : slots;
      long value = value(run);
      if (old != null && spread != null) {
        spread[first[run]] = old[run];
      }
      fill(first[run], end, value);
    }
    children = spread;
  }

  private void becomeRuns() {
    int count = runs;
    short[] first = new short[Math.max(count + 2, FIRST_CAPACITY)];
    @Nullable Object[] old = children;
    @Nullable Object[] packed = null;
    int run = 0;
    for (int slot = 0; slot < slots; ) {
      int end = runEnd(slot, slot);
      first[run] = (short) slot;
      Object child = old == null ? null : old[slot];
      if (child != null) {
        if (packed == null) {
          packed = new Object[first.length];
        }
        packed[run] = child;
      }
      run++;
      slot = end;
    }
    for (run = 0; run < count; run++) {
      put(run, value(first[run]));
    }
    resize(first.length);
    starts = first;
    children = packed;
  }

  private short[] requireRuns() {
    if (starts == null) {
      throw new IllegalStateException("a dense index page has no runs stored");
    }
    return starts;
  }

  /** Whether one more change may leave more runs than are kept as runs. */
  final boolean isFull() {
    return runs + 2 > slots / SLOTS_PER_RUN;
  }

  /** The same page of level 0, which is kept as runs, as a bare array. */
  final Object toLeaf() {
    short[] first = requireRuns();
    long greatest = 0;
    for (int run = 0; run < runs; run++) {
      int end = run + 1 < runs ? first[run + 1] : slots;
      greatest = Math.max(greatest, along(value(run), end - first[run] - 1));
    }
    Object leaf = Leaf.empty(version, slots, greatest);
    for (int run = 0; run < runs; run++) {
      int end = run + 1 < runs ? first[run + 1] : slots;
      Leaf.set(leaf, first[run], end, value(run), step());
    }
    return leaf;
  }

  /** Takes over a leaf's slots; the page is new and nothing is in it. */
  final void take(Object leaf) {
    Page source = new LeafPage(leaf, step());
    for (int slot = 0; slot < slots; ) {
      int end = source.runEnd(slot, slot);
      if (source.value(slot) != 0) {
        set(slot, end, source.value(slot));
      }
      slot = end;
    }
  }

  /** Whether so few runs are better kept as runs. */
  static boolean isSparse(int runs, int slots) {
    return runs <= slots / (2 * SLOTS_PER_RUN);
  }

  /** What the page and all below it cost on the heap with 4-byte references. */
  final long bytesBelow() {
    long sum = bytes();
    for (int slot = 0; slot < slots; ) {
      int index = indexOf(slot);
      if (valueAt(index, slot) < 0) {
        sum += childAt(index).bytesBelow();
      }
      slot = runEnd(index, slot);
    }
    return sum;
  }

  /** What the page costs on the heap with 4-byte references; children not included. */
  long bytes() {
    long own = 40 + 16 + valueBytes();
    long first = starts == null ? 0 : 16 + 2L * starts.length;
    long references = children == null ? 0 : 16 + 4L * children.length;
    return own + (first + 7) / 8 * 8 + (references + 7) / 8 * 8;
  }
}
