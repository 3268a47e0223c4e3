package org.ultravisor.raft.wire;

import java.io.IOException;

/** What a question between replicas is about. Codes are never reused. */
public enum Kind {
  REQUEST_VOTE(1),
  APPEND_ENTRIES(2),
  INSTALL_SNAPSHOT(3),
  START_LEADER_ELECTION(4),
  READ_INDEX(5),
  LEADER_LOST(6);

  private final int code;

  Kind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static Kind of(int code) throws IOException {
    for (Kind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IOException("an unknown kind of question: " + code);
  }
}
