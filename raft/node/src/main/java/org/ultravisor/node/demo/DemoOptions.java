package org.ultravisor.node.demo;

/**
 * How large a demo.
 *
 * @param replicas odd
 * @param guests partitions with a native monitor and a guest each, 1 to 16
 * @param guestPages memory of each guest in frames
 * @param loadSeconds how long the load runs before the leader is killed, and after it is back
 * @param clients of the load
 * @param revocations how many pages are given and taken back one by one
 */
record DemoOptions(
    int replicas, int guests, long guestPages, int loadSeconds, int clients, int revocations) {
  static final DemoOptions DEFAULT = new DemoOptions(3, 3, 4096, 3, 8, 20);

  DemoOptions {
    require("replicas", replicas, 1, 7);
    require("guests", guests, 1, 16);
    require("guest pages", guestPages, 1, 1 << 20);
    require("load seconds", loadSeconds, 1, 3600);
    require("clients", clients, 1, 64);
    require("revocations", revocations, 1, 10_000);
    if (replicas % 2 == 0) {
      throw new IllegalArgumentException("replicas must be an odd number: " + replicas);
    }
  }

  DemoOptions withReplicas(int count) {
    return new DemoOptions(count, guests, guestPages, loadSeconds, clients, revocations);
  }

  private static void require(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be in %d..%d: %d".formatted(what, least, most, value));
    }
  }
}
