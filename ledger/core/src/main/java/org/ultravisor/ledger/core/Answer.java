package org.ultravisor.ledger.core;

/** That a request was executed: its outcome is in the leaf with this sequence. */
record Answer(long requestId, long sequence, long fingerprint) {
  /** How many request ids of a session may be outstanding. */
  static final int WINDOW = 1024;

  /** Key of the answer's slot; within a window no two requests share one. */
  static long key(long session, long requestId) {
    return session * WINDOW + (requestId & (WINDOW - 1));
  }
}
