package org.ultravisor.bench.jmh;

/** Frame numbers in an order far from sorted; the same ones for whoever is measured. */
final class Frames {
  /** 1 TiB of them. */
  static final int COUNT = 1 << 28;

  private static final int STRIDE = 0x9E3779B1;

  private int step;

  /** The next one; each comes once in {@link #COUNT} calls. */
  int next() {
    return (step++ * STRIDE) & (COUNT - 1);
  }

  /**
   * The next one of the first {@code count}, and then those again.
   *
   * @param count a power of two
   */
  int nextOf(int count) {
    return ((step++ & (count - 1)) * STRIDE) & (COUNT - 1);
  }
}
