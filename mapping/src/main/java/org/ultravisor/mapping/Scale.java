package org.ultravisor.mapping;

/**
 * How many bits of a frame number one tier takes: 10 gives the tiers of the ledger, 9 those of
 * x86's page tables (4 KiB, 2 MiB, 1 GiB, …).
 *
 * @param bits 9 or 10
 */
public record Scale(int bits) {
  public static final Scale LEDGER = new Scale(10);
  public static final Scale X86 = new Scale(9);

  /** Number of tiers, K to E. */
  public static final int TIERS = 6;

  public Scale {
    if (bits != 9 && bits != 10) {
      throw new IllegalArgumentException("scale must be 9 or 10 bits a tier: " + bits);
    }
  }

  /** Slots of an index page. */
  public int slots() {
    return 1 << bits;
  }

  /** Frames in one block of a tier. */
  public long frames(Tier tier) {
    return 1L << (bits * tier.level());
  }

  /** Frames that the hierarchy can number: 2^60 at scale 10, 2^54 at scale 9. */
  public long frameLimit() {
    return 1L << (bits * TIERS);
  }

  /** The largest tier at which both the frame number and the count allow a whole block. */
  public Tier largestBlockAt(long frame, long count) {
    int level = TIERS - 1;
    while (level > 0
        && ((frame & (frames(Tier.ofLevel(level)) - 1)) != 0
            || count < frames(Tier.ofLevel(level)))) {
      level--;
    }
    return Tier.ofLevel(level);
  }
}
