package org.ultravisor.ledger.command;

import java.util.List;
import org.ultravisor.mapping.PageRange;

/**
 * Host frames that are asked about together.
 *
 * @param frames at most {@link #MOST}
 */
public record FrameList(List<Long> frames) {
  public static final int MOST = 10_000;

  public FrameList {
    frames = List.copyOf(frames);
    if (frames.size() > MOST) {
      throw new IllegalArgumentException(frames.size() + " frames are more than " + MOST);
    }
    for (long frame : frames) {
      if (frame < 0 || frame >= PageRange.FRAME_LIMIT) {
        throw new IllegalArgumentException("frame " + frame + " is not in 0..2^60-1");
      }
    }
  }
}
