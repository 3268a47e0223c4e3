package org.ultravisor.ledger.core;

/**
 * An open session.
 *
 * @param owner name of the principal that opened it, whose it is
 * @param lowestUnanswered the lowest request id whose answer is still kept or may still come
 * @param lastSequence of its last transaction, or of its opening
 * @param lastTime ledger time of its last transaction, or of its opening
 */
public record SessionInfo(
    long session,
    String owner,
    long nonce,
    long lowestUnanswered,
    long lastSequence,
    long lastTime) {

  SessionInfo ownedBy(String principal) {
    return new SessionInfo(session, principal, nonce, lowestUnanswered, lastSequence, lastTime);
  }
}
