package org.ultravisor.mapping;

/** Takes maximal runs of mapped guest frames with consecutive host frames and equal rights. */
@FunctionalInterface
public interface MappingVisitor {
  void run(long guestFrame, long hostFrame, long count, Rights rights);
}
