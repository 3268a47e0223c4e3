package org.ultravisor.ledger.core;

/** Did it happen? What the ledger knows of a request by its ids. */
public sealed interface RequestStatus {

  /** It was executed: the outcome is in the leaf with this sequence. */
  record Answered(long sequence) implements RequestStatus {}

  /** It was not executed, up to the sequence that was looked at. */
  record NotSeen() implements RequestStatus {}

  /** The client said that it no longer wants the answer. */
  record Forgotten() implements RequestStatus {}

  /** The session is not open: never issued, or expired. */
  record SessionExpired() implements RequestStatus {}
}
