package org.ultravisor.mapping;

/** Takes leaves: runs of neighbouring blocks of one tier, guest and host aligned to the tier. */
@FunctionalInterface
public interface MappingLeafVisitor {
  /**
   * @param blocks how many blocks of the tier follow each other, at least 1
   */
  void leaves(Tier tier, long guestFrame, long hostFrame, long blocks, Rights rights);
}
