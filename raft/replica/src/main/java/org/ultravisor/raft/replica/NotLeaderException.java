package org.ultravisor.raft.replica;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Definite: this replica does not lead, so nothing entered the log. Ask the leader. */
public final class NotLeaderException extends ReplicaException {
  private static final long serialVersionUID = 1;
  private final @Nullable String leaderId;

  NotLeaderException(String replica, Optional<String> leaderId) {
    super(
        "replica %s is not the leader; %s"
            .formatted(
                replica,
                leaderId.map(id -> "replica " + id + " is").orElse("no leader is known now")));
    this.leaderId = leaderId.orElse(null);
  }

  /** The leader's id, if this replica knows one. */
  public Optional<String> leaderId() {
    return Optional.ofNullable(leaderId);
  }

  @Override
  public boolean definite() {
    return true;
  }
}
