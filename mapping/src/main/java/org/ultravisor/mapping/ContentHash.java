package org.ultravisor.mapping;

/**
 * An additive 128-bit hash of which frames have which key: two lanes, each the sum over all frames
 * of {@code g(key) * (w(frame + 1) - w(frame))} mod 2^64 with mixed g and w.
 *
 * <p>The weights telescope: a block contributes {@code g(key) * (w(end) - w(first))}, which is also
 * what its 1024 parts contribute together. So the hash is one of canonical slots, splitting and
 * merging cost nothing, and a change costs a few multiplications however large the block is. It
 * tells replicas that differ; it does not withstand someone who wants a collision.
 */
final class ContentHash {
  private static final long HIGH = 0x9E3779B97F4A7C15L;
  private static final long LOW = 0xD1B54A32D192ED03L;

  private long high;
  private long low;
  private long first = -1;
  private long end = -1;
  private long weightHigh;
  private long weightLow;

  /** The last keys, mixed: neighbouring changes are mostly from and to the same two. */
  private long added;

  private long addedHigh = mix(LOW);
  private long addedLow = mix(HIGH);
  private long subtracted;
  private long subtractedHigh = mix(LOW);
  private long subtractedLow = mix(HIGH);

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  void add(long firstFrame, long frames, long key) {
    weigh(firstFrame, firstFrame + frames);
    if (key != added) {
      added = key;
      addedHigh = mix(key * HIGH + LOW);
      addedLow = mix(key * LOW + HIGH);
    }
    high += addedHigh * weightHigh;
    low += addedLow * weightLow;
  }

  void subtract(long firstFrame, long frames, long key) {
    weigh(firstFrame, firstFrame + frames);
    if (key != subtracted) {
      subtracted = key;
      subtractedHigh = mix(key * HIGH + LOW);
      subtractedLow = mix(key * LOW + HIGH);
    }
    high -= subtractedHigh * weightHigh;
    low -= subtractedLow * weightLow;
  }

  /** The last range's weights are kept: what is subtracted is mostly added again at once. */
  private void weigh(long newFirst, long newEnd) {
    if (newFirst != first || newEnd != end) {
      first = newFirst;
      end = newEnd;
      weightHigh = mix(newEnd + HIGH) - mix(newFirst + HIGH);
      weightLow = mix(newEnd ^ LOW) - mix(newFirst ^ LOW);
    }
  }

  /** A bijection in which every bit of the input moves about half of the output's. */
  private static long mix(long value) {
    long x = value;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
