package org.ultravisor.mapping;

/**
 * A non-empty run of 4 KiB host frames, half-open: {@code [firstFrame, firstFrame + frameCount)}.
 * Frames are numbered by 60-bit non-negative longs; bits 59..40 name the host's 4 PiB window.
 *
 * @param firstFrame number of the first frame, 0 to 2^60 - 1
 * @param frameCount how many frames, at least 1; the end may not pass 2^60
 */
public record PageRange(long firstFrame, long frameCount) implements Comparable<PageRange> {
  /** Frames are numbered below this. */
  public static final long FRAME_LIMIT = 1L << 60;

  public PageRange {
    if (firstFrame < 0 || firstFrame >= FRAME_LIMIT) {
      throw new IllegalArgumentException("first frame is not in 0..2^60-1: " + firstFrame);
    }
    if (frameCount <= 0 || frameCount > FRAME_LIMIT - firstFrame) {
      throw new IllegalArgumentException(
          "frame count is not in 1..%d for first frame %d: %d"
              .formatted(FRAME_LIMIT - firstFrame, firstFrame, frameCount));
    }
  }

  /** The range {@code [firstFrame, endFrame)}. */
  public static PageRange between(long firstFrame, long endFrame) {
    return new PageRange(firstFrame, endFrame - firstFrame);
  }

  /** The first frame behind the range; at most 2^60. */
  public long endFrame() {
    return firstFrame + frameCount;
  }

  public boolean contains(long frame) {
    return frame >= firstFrame && frame < endFrame();
  }

  public boolean contains(PageRange other) {
    return other.firstFrame >= firstFrame && other.endFrame() <= endFrame();
  }

  public boolean overlaps(PageRange other) {
    return firstFrame < other.endFrame() && other.firstFrame < endFrame();
  }

  @Override
  public int compareTo(PageRange other) {
    int byStart = Long.compare(firstFrame, other.firstFrame);
    return byStart != 0 ? byStart : Long.compare(frameCount, other.frameCount);
  }

  /** As people write it: {@code [first, end)}. */
  @Override
  public String toString() {
    return "[" + firstFrame + ", " + endFrame() + ")";
  }
}
