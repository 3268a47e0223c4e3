package org.ultravisor.mapping;

/** Takes maximal runs of frames with one descriptor, by address. */
@FunctionalInterface
public interface RunVisitor {
  void run(long firstFrame, long count, int descriptor);
}
