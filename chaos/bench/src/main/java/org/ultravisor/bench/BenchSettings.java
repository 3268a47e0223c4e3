package org.ultravisor.bench;

import org.ultravisor.ledger.command.client.ClientOptions;

/**
 * How long to measure.
 *
 * @param runs independent repetitions, of which median, minimum and maximum are reported; at least
 *     1
 * @param seconds length of one measured interval, without warm-up; at least 1
 * @param replicas size of the clusters that cases start; odd
 * @param channel what carries their requests
 */
record BenchSettings(int runs, int seconds, int replicas, ClientOptions.Channel channel) {
  BenchSettings {
    require("runs", runs, 1, 1000);
    require("seconds", seconds, 1, 3600);
    require("replicas", replicas, 1, 7);
    if (replicas % 2 == 0) {
      throw new IllegalArgumentException("replicas must be odd: " + replicas);
    }
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be in %d..%d: %d".formatted(what, least, most, value));
    }
  }

  /** As a measurement's config names it. */
  String channelName() {
    return switch (channel) {
      case FRAMES -> "frames";
      case HTTP -> "HTTP/2, JSON";
    };
  }
}
