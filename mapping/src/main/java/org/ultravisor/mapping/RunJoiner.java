package org.ultravisor.mapping;

/** Joins pieces that come by address, without gaps, to maximal runs. */
final class RunJoiner {
  private final TreeShape shape;
  private final TreeShape.Sink sink;
  private final long from;
  private long start;
  private long value;

  RunJoiner(TreeShape shape, long from, TreeShape.Sink sink) {
    this.shape = shape;
    this.from = from;
    this.start = from;
    this.sink = sink;
  }

  /**
   * Takes a piece that goes up to the next one.
   *
   * @return whether the sink wants to go on
   */
  boolean add(long position, long pieceValue) {
    if (position > from) {
      if (shape.along(value, position - start) == pieceValue) {
        return true;
      }
      if (!sink.run(start, position - start, value)) {
        return false;
      }
    }
    start = position;
    value = pieceValue;
    return true;
  }

  /** The last piece goes up to here. */
  void finish(long end) {
    if (end > from) {
      sink.run(start, end - start, value);
    }
  }
}
