package org.ultravisor.mapping;

/**
 * A size of block. Each tier is 2^10 times the one before it at the default scale; the hierarchy
 * takes the scale as a parameter ({@link Scale}), so sizes are asked of it and not of the tier.
 */
public enum Tier {
  /** A single frame, 4 KiB. */
  K(0),
  /** 4 MiB at scale 2^10. */
  M(1),
  /** 4 GiB at scale 2^10. */
  G(2),
  /** 4 TiB at scale 2^10. */
  T(3),
  /** 4 PiB at scale 2^10: one host's window. */
  P(4),
  /** 4 EiB at scale 2^10. */
  E(5);

  private static final Tier[] BY_LEVEL = values();

  private final int level;

  Tier(int level) {
    this.level = level;
  }

  /** 0 for K up to 5 for E. */
  public int level() {
    return level;
  }

  public static Tier ofLevel(int level) {
    return BY_LEVEL[level];
  }
}
