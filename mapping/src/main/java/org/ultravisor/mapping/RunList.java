package org.ultravisor.mapping;

/** Maximal runs by address, without gaps: of the slots of a page, or of the frames of a block. */
interface RunList {
  int runs();

  /** The first position of a run. */
  long start(int run);

  /** The value at the run's first position; negative if it never joins another. */
  long value(int run);

  /** The first position behind the run. */
  long end(int run);

  /** The run that the position is in. */
  int indexOf(long position);

  /** The value so many positions into a run that begins with the value. */
  long along(long value, long distance);
}
