package org.ultravisor.raft.replica;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one way out after an error: the first one is reported, once, and nothing goes on. */
final class FailStop {
  private static final Logger LOG = LoggerFactory.getLogger(FailStop.class);

  private final String replica;
  private final ReplicaListener listener;
  private final AtomicReference<@Nullable Throwable> cause = new AtomicReference<>();
  private final BooleanSupplier takenOut;
  private volatile boolean closing;

  /**
   * @param takenOut whether this replica belongs to the cluster no more
   */
  FailStop(String replica, ReplicaListener listener, BooleanSupplier takenOut) {
    this.replica = replica;
    this.listener = listener;
    this.takenOut = takenOut;
  }

  /** From here on, Ratis' stopping is what was asked for. */
  void closing() {
    closing = true;
  }

  /** Whether requests must be refused. */
  boolean stopped() {
    return closing || cause.get() != null;
  }

  @Nullable Throwable cause() {
    return cause.get();
  }

  /**
   * Ratis or one of its parts has ended. A failure, unless the replica is being closed or was taken
   * out of the cluster.
   */
  void ended(String what) {
    if (closing) {
      return;
    }
    if (takenOut.getAsBoolean()) {
      removed();
    } else {
      failed(what, new IllegalStateException("replica " + replica + ": " + what));
    }
  }

  /** The cluster goes on without this replica. */
  void removed() {
    String why = "replica " + replica + " was removed from the cluster";
    if (cause.compareAndSet(null, new IllegalStateException(why))) {
      LOG.warn("{}: it answers no more", why);
      listener.removed(why);
    }
  }

  /** Reports the first failure; returns something to throw, for the code that met it. */
  IllegalStateException failed(String doing, Throwable failure) {
    if (closing) {
      // Nothing is answered any more, and what was not written is still in the log.
      LOG.error("replica {} failed while it was closed: {}", replica, doing, failure);
    } else if (cause.compareAndSet(null, failure)) {
      LOG.error("replica {} failed: {}", replica, doing, failure);
      listener.failed(failure);
    }
    return new IllegalStateException("replica " + replica + " failed: " + doing, failure);
  }
}
