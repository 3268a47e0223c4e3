package org.ultravisor.bridge;

/**
 * What a view file says of itself, constant for its life.
 *
 * @param generation the writing replica's incarnation, at least 1
 * @param serial 1 for the generation's first file of this partition, then rising
 * @param partition the partition's number, at least 1
 * @param partitionName its name
 * @param replicaName the writing replica's name
 * @param window the host's window: bits 59..40 of its frames
 */
record ViewIdentity(
    long generation,
    long serial,
    int partition,
    String partitionName,
    String replicaName,
    int window) {
  ViewIdentity {
    HostDirectory.requireName("partition", partitionName);
    HostDirectory.requireName("replica", replicaName);
    if (generation < 1 || serial < 1 || partition < 1) {
      throw new IllegalArgumentException(
          "generation, serial and partition must be at least 1: %d, %d, %d"
              .formatted(generation, serial, partition));
    }
    if (window < 0 || window >= 1 << 20) {
      throw new IllegalArgumentException("window is not in 0..2^20-1: " + window);
    }
  }

  ViewIdentity withSerial(long newSerial) {
    return new ViewIdentity(generation, newSerial, partition, partitionName, replicaName, window);
  }
}
