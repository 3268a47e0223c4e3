package org.ultravisor.mapping;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One index page of level 1 or more: a fixed number of slots, each owned (a value of 0 or more) or
 * subdivided (with a child for the tiers below: another page, a {@link PackedBlock} or, at level 0,
 * a {@link Leaf}). The storage adapts: few runs are kept as runs, many as one value a slot.
 *
 * <pre>
 *   form   starts            values             children
 *   runs   first slot of     of the first slot  of each run; null when no slot is
 *          each run          of each run        subdivided
 *   dense  null              of each slot       of each slot; null likewise
 * </pre>
 *
 * Always: runs are maximal, a subdivided slot is a run of its own, and {@code runs} is their number
 * in either form. Within a run the value of a slot is that of the slot before it plus {@link
 * #step()}, except that 0 stays 0. The form depends on history, the slots do not.
 *
 * <p>A page is written only by the tree's writer and only while its version is the tree's; every
 * other page may be shared with snapshots and never changes again.
 */
abstract sealed class Page implements RunList permits NarrowPage, WidePage {
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
  @Override
  public abstract long value(int i);

  abstract void put(int i, long value);

  abstract void fill(int from, int to, long value);

  abstract void move(int from, int to, int count);

  /** Keeps the values as far as there is room for them. */
  abstract void resize(int capacity);

  /** Bytes of the stored values, without the array's header. */
  abstract long valueBytes();

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

  @Override
  public final int runs() {
    return runs;
  }

  @Override
  public final long start(int run) {
    return requireRuns()[run];
  }

  @Override
  public final long end(int run) {
    return run + 1 < runs ? requireRuns()[run + 1] : slots;
  }

  @Override
  public final int indexOf(long position) {
    return indexOf((int) position);
  }

  @Override
  public final long along(long value, long distance) {
    return value <= 0 ? value : value + distance * step();
  }

  /** The child of a slot, given its index; null if the slot is owned. */
  final @Nullable Object childAt(int index) {
    @Nullable Object[] all = children;
    return all == null ? null : all[index];
  }

  /** The slot's child; null if the slot is owned. Does not look at values. */
  final @Nullable Object childOrNull(int slot) {
    @Nullable Object[] all = children;
    return all == null ? null : all[indexOf(slot)];
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
    int index = indexOf(from);
    if (child != null && value(index) == SUBDIVIDED) {
      putChild(index, child);
      return;
    }
    Splice splice = Splice.of(this, from, to, value);
    if (runs + splice.growth() > slots / SLOTS_PER_RUN) {
      becomeDense();
      setDense(from, to, value, child);
      return;
    }
    makeRoom(splice.high() + 1, splice.growth());
    int at = splice.low() + (splice.left() ? 1 : 0);
    if (!splice.joined()) {
      putRun(at++, from, value, child);
    }
    if (splice.right()) {
      putRun(at, to, splice.rightValue(), null);
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

  /** Whether so few runs are better kept as runs. */
  private static boolean isSparse(int runs, int slots) {
    return runs <= slots / (2 * SLOTS_PER_RUN);
  }

  /** What the page costs on the heap with 4-byte references; children not included. */
  long bytes() {
    long own = 40 + 16 + valueBytes();
    long first = starts == null ? 0 : 16 + 2L * starts.length;
    long references = children == null ? 0 : 16 + 4L * children.length;
    return own + (first + 7) / 8 * 8 + (references + 7) / 8 * 8;
  }
}
