package org.ultravisor.mapping;

/**
 * All of a block that has few runs, in one sorted array in place of a page and the pages below it.
 * Positions are frames counted from the block's first one. Runs are maximal: within one, the value
 * goes up by the shape's unit a frame, except that 0 stays 0.
 *
 * <pre>
 *   values that fit beside a position   a word a run    first position, value in the low bits
 *   otherwise                           two words       first position, value
 * </pre>
 *
 * With 10 bits a tier, a position in a block of level 4 leaves 23 bits to the value, one in a
 * smaller block all that an owner needs. Which form it is depends on history, the runs do not.
 *
 * <p>Written only by the tree's writer and only while its version is the tree's, as pages are.
 */
final class PackedBlock implements RunList {
  private static final int FIRST_CAPACITY = 3;

  final long version;
  private final TreeShape shape;
  private final byte level;
  private boolean pairs;
  private int runs;
  private long[] words;

  /**
   * A block that is one run.
   *
   * @param level of the page in whose place it is: it has the frames of a block of the level above
   */
  PackedBlock(TreeShape shape, long version, int level, long value) {
    this.shape = shape;
    this.version = version;
    this.level = (byte) level;
    this.pairs = !fits(value);
    this.words = new long[pairs ? 2 * FIRST_CAPACITY : FIRST_CAPACITY];
    this.runs = 1;
    put(0, 0, value);
  }

  /** A copy that may be written. */
  PackedBlock(PackedBlock source, long version) {
    this.shape = source.shape;
    this.version = version;
    this.level = source.level;
    this.pairs = source.pairs;
    this.runs = source.runs;
    this.words = new long[pairs ? 2 * room(runs) : room(runs)];
    System.arraycopy(source.words, 0, words, 0, pairs ? 2 * runs : runs);
  }

  /** How many runs an array is made for that has to hold so many. */
  private static int room(int runs) {
    return runs + 2 + runs / 32;
  }

  int level() {
    return level;
  }

  private int valueBits() {
    return Long.SIZE - 1 - shape.shift(level + 1);
  }

  /** Whether the values of a run that begins with this one can share words with positions. */
  private boolean fits(long value) {
    return shape.unit() == 0 && value >>> valueBits() == 0;
  }

  long frames() {
    return shape.block(level + 1);
  }

  @Override
  public int runs() {
    return runs;
  }

  @Override
  public long start(int run) {
    return pairs ? words[2 * run] : words[run] >>> valueBits();
  }

  @Override
  public long value(int run) {
    return pairs ? words[2 * run + 1] : words[run] & (1L << valueBits()) - 1;
  }

  @Override
  public long end(int run) {
    return run + 1 < runs ? start(run + 1) : frames();
  }

  @Override
  public int indexOf(long position) {
    int low = 0;
    int high = runs - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (start(middle) <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  @Override
  public long along(long value, long distance) {
    return shape.along(value, distance);
  }

  private void put(int run, long start, long value) {
    if (pairs) {
      words[2 * run] = start;
      words[2 * run + 1] = value;
    } else {
      words[run] = start << valueBits() | value;
    }
  }

  long valueAt(long position) {
    return valueAt(indexOf(position), position);
  }

  /** The same, given the run that the position is in. */
  long valueAt(int run, long position) {
    return shape.along(value(run), position - start(run));
  }

  /** Whether there are more runs than are kept in one array. */
  boolean isFull() {
    return runs > shape.mostRuns(level);
  }

  /** Gives [from, to) to a run that begins with the value. */
  void set(long from, long to, long value) {
    if (!pairs && !fits(value)) {
      becomePairs();
    }
    Splice splice = Splice.of(this, from, to, value);
    makeRoom(splice.high() + 1, splice.growth());
    int at = splice.low() + (splice.left() ? 1 : 0);
    if (!splice.joined()) {
      put(at++, from, value);
    }
    if (splice.right()) {
      put(at, to, splice.rightValue());
    }
  }

  private void becomePairs() {
    long[] wide = new long[2 * room(runs)];
    for (int run = 0; run < runs; run++) {
      wide[2 * run] = start(run);
      wide[2 * run + 1] = value(run);
    }
    words = wide;
    pairs = true;
  }

  /** Moves the runs from {@code index} on by {@code growth} places, which may be negative. */
  private void makeRoom(int index, int growth) {
    if (growth == 0) {
      return;
    }
    int width = pairs ? 2 : 1;
    long[] from = words;
    if (width * (runs + growth) > words.length) {
      words = new long[width * room(runs + growth)];
      System.arraycopy(from, 0, words, 0, width * index);
    }
    System.arraycopy(from, width * index, words, width * (index + growth), width * (runs - index));
    runs += growth;
  }

  /**
   * What {@link BlockPage} calls a code: 1 + the tier of the largest aligned block that is wholly
   * of the value, 0 if no frame is.
   */
  int best(long value) {
    int best = 0;
    for (int run = 0; run < runs; run++) {
      if (value(run) == value) {
        while (best <= level + 1 && fits(start(run), end(run), shape.block(best))) {
          best++;
        }
      }
    }
    return best;
  }

  private static boolean fits(long start, long end, long block) {
    return ((start + block - 1) & -block) + block <= end;
  }

  /** The first aligned block of so many frames that is wholly of the value, or -1. */
  long find(long value, long block, long from) {
    for (int run = indexOf(from); run < runs; run++) {
      if (value(run) == value) {
        long aligned = (Math.max(start(run), from) + block - 1) & -block;
        if (aligned + block <= end(run)) {
          return aligned;
        }
      }
    }
    return -1;
  }

  /** Whether both have the same values at the positions [from, to). */
  boolean agrees(PackedBlock other, long from, long to) {
    int here = indexOf(from);
    int there = other.indexOf(from);
    if (valueAt(here, from) != other.valueAt(there, from)) {
      return false;
    }
    while (Math.min(end(here), to) == Math.min(other.end(there), to)) {
      if (end(here) >= to) {
        return true;
      }
      if (value(++here) != other.value(++there)) {
        return false;
      }
    }
    return false;
  }

  /**
   * Reads some of what a read or write will read.
   *
   * @return a number that means nothing, but depends on what was read
   */
  long touch() {
    return words[0] + words[words.length / 2];
  }

  /** What it costs on a heap with 4-byte references. */
  long bytes() {
    return 40 + 16 + 8L * words.length;
  }
}
