package org.ultravisor.ledger.core;

/**
 * A transaction as it stands in the log.
 *
 * @param principal who asked, as authenticated where it entered the cluster
 * @param fingerprint of the transaction's content without its ids, computed once where it entered
 *     the cluster; the same request id with another fingerprint is refused
 */
public record Submission(Principal principal, Transaction transaction, long fingerprint) {

  /** What {@link Principal#LOCAL} asked, who may ask everything. */
  public static Submission local(Transaction transaction, long fingerprint) {
    return new Submission(Principal.LOCAL, transaction, fingerprint);
  }

  /** The same, asked by another. */
  public Submission by(Principal other) {
    return new Submission(other, transaction, fingerprint);
  }
}
