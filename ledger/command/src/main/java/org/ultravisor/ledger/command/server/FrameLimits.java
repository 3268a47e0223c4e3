package org.ultravisor.ledger.command.server;

/**
 * What one connection may have open. Beyond either limit its socket is not read, so that its client
 * waits instead of being refused.
 *
 * @param questions that are not answered
 * @param bytes of those questions
 */
record FrameLimits(int questions, long bytes) {
  /** A client's whole window, and half as much again for what it asks meanwhile. */
  static final FrameLimits DEFAULT = new FrameLimits(1536, 16 << 20);

  FrameLimits {
    if (questions < 1 || bytes < 1) {
      throw new IllegalArgumentException("a connection must bear something: " + questions);
    }
  }
}
