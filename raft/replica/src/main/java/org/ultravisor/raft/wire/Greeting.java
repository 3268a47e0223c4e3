package org.ultravisor.raft.wire;

import java.io.IOException;
import java.util.List;

/**
 * The first frame of a connection, as text: who asks, whom, in which cluster and lane. So a replica
 * never takes another cluster's messages for its own, whatever listens at an address today.
 */
record Greeting(String group, String from, String to, Wire.Lane lane) {
  private static final String PROTOCOL = "ultravisor-raft-1";

  String print() {
    return String.join(" ", PROTOCOL, group, from, to, lane.name());
  }

  static Greeting parse(Frames.Frame frame) throws IOException {
    if (frame.kind() != Frames.GREETING) {
      throw new IOException("a connection begins with a greeting, not with kind " + frame.kind());
    }
    List<String> words = List.of(frame.text().split(" ", -1));
    if (words.size() != 5 || !words.getFirst().equals(PROTOCOL)) {
      throw new IOException(
          "'%s GROUP FROM TO LANE' expected, found '%s'".formatted(PROTOCOL, frame.text()));
    }
    try {
      return new Greeting(
          words.get(1), words.get(2), words.get(3), Wire.Lane.valueOf(words.get(4)));
    } catch (IllegalArgumentException e) {
      throw new IOException("an unknown lane: '" + words.get(4) + "'", e);
    }
  }

  /** Refuses what is meant for another cluster or replica. */
  void requireFor(String ownGroup, String self) throws IOException {
    if (!group.equals(ownGroup) || !to.equals(self)) {
      throw new IOException(
          "replica %s of cluster %s listens here, but %s asked for %s of cluster %s"
              .formatted(self, ownGroup, from, to, group));
    }
  }
}
