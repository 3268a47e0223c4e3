package org.ultravisor.ledger.core;

import java.util.List;

/**
 * Looks at the memory of the next operations before they are decided, so that the processor waits
 * for many places of memory at once and not for one after another. Says nothing, changes nothing,
 * refuses nothing: what it guesses wrong costs time only.
 */
final class Prefetch {
  /** Operations looked at together: what they read stays in the nearest caches until used. */
  static final int AHEAD = 32;

  private static final int NOBODY = 0;

  private final State state;
  private final long[] hostFrames = new long[AHEAD];
  private final long[] guestFrames = new long[AHEAD];
  private int count;
  private int partition;

  Prefetch(State state) {
    this.state = state;
  }

  /** Looks at up to {@link #AHEAD} operations from the given one on. */
  void lookAt(List<Operation> operations, int from) {
    int end = Math.min(operations.size(), from + AHEAD);
    for (int i = from; i < end; i++) {
      lookAt(operations.get(i));
    }
    flush();
  }

  /** The same of facts that are applied without being decided. */
  void lookAtEvents(List<Event> events, int from) {
    int end = Math.min(events.size(), from + AHEAD);
    for (int i = from; i < end; i++) {
      switch (events.get(i)) {
        case Event.PagesAssigned e -> note(e.partition(), e.range().firstFrame(), e.guestFrame());
        case Event.PagesRevoked e -> note(e.partition(), e.range().firstFrame(), e.guestFrame());
        default -> {}
      }
    }
    flush();
  }

  /** The same of transactions of one operation; those of several look ahead themselves. */
  void lookAtSingles(List<Submission> submissions, int from) {
    int end = Math.min(submissions.size(), from + AHEAD);
    for (int i = from; i < end; i++) {
      List<Operation> operations = submissions.get(i).transaction().operations();
      if (operations.size() == 1) {
        lookAt(operations.getFirst());
      }
    }
    flush();
  }

  /** Looks at the operation with others that come before {@link #flush}. */
  private void lookAt(Operation operation) {
    switch (operation) {
      case Operation.AssignPages op ->
          note(op.partition(), op.range().firstFrame(), op.guestFrame());
      case Operation.ReleasePages op ->
          note(op.partition(), op.range().firstFrame(), Operation.ANY_GUEST_FRAME);
      case Operation.DonatePages op ->
          note(op.from(), op.range().firstFrame(), Operation.ANY_GUEST_FRAME);
      default -> {}
    }
  }

  private void note(String name, long hostFrame, long guestFrame) {
    PartitionDescriptor named = state.partition(name);
    note(named == null ? NOBODY : named.id(), hostFrame, guestFrame);
  }

  private void note(int id, long hostFrame, long guestFrame) {
    if (id != partition || count == AHEAD) {
      flush();
      partition = id;
    }
    hostFrames[count] = hostFrame;
    guestFrames[count] = guestFrame;
    count++;
  }

  private void flush() {
    if (count > 1) {
      state.memory.prefetch(partition, hostFrames, guestFrames, count);
    }
    count = 0;
  }
}
