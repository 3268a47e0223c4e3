package org.ultravisor.ledger.command;

/**
 * How far a change of the cluster has come. To ask for the same change again does nothing twice and
 * tells how far it is now.
 *
 * @param message a sentence for people
 */
public record ChangeReport(State state, String message) {

  /** How far. */
  public enum State {
    DONE,
    /** Ask for the same again. */
    UNDER_WAY,
    /** It was not begun: nothing changed. */
    REFUSED,
    /** It was begun and did not succeed. */
    FAILED
  }
}
