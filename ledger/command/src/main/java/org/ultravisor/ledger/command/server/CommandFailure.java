package org.ultravisor.ledger.command.server;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a replica does not answer. All but {@link OutcomeUnknown} are definite: nothing changed. */
public abstract sealed class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private CommandFailure(String message) {
    super(message);
  }

  /** Another replica leads. */
  public static final class NotLeader extends CommandFailure {
    private static final long serialVersionUID = 1;
    private final @Nullable URI leader;

    /**
     * @param leader base address of the leader's command channel, if known
     */
    public NotLeader(Optional<URI> leader) {
      super(
          leader
              .map(address -> "this replica does not lead; the leader is at " + address)
              .orElse("this replica does not lead, and no leader is known now"));
      this.leader = leader.orElse(null);
    }

    public Optional<URI> leader() {
      return Optional.ofNullable(leader);
    }
  }

  /** Too much is waiting; ask again a little later. */
  public static final class Busy extends CommandFailure {
    private static final long serialVersionUID = 1;

    public Busy(String message) {
      super(message);
    }
  }

  /**
   * The replica cannot answer now: it starts, installs a snapshot, has stopped, or has no quorum.
   */
  public static final class Unavailable extends CommandFailure {
    private static final long serialVersionUID = 1;

    public Unavailable(String message) {
      super(message);
    }
  }

  /** The leaf is known by hash only: a transaction has compacted the history. */
  public static final class Compacted extends CommandFailure {
    private static final long serialVersionUID = 1;

    /**
     * @param message which leaf is the first that can be read
     */
    public Compacted(String message) {
      super(message);
    }
  }

  /** No log entry can hold this transaction. */
  public static final class TooLarge extends CommandFailure {
    private static final long serialVersionUID = 1;

    public TooLarge(String message) {
      super(message);
    }
  }

  /** Not definite: it may have happened, or happen yet. Ask again with the same ids. */
  public static final class OutcomeUnknown extends CommandFailure {
    private static final long serialVersionUID = 1;

    public OutcomeUnknown(String message) {
      super(message);
    }
  }
}
