package org.ultravisor.raft.replica;

/**
 * How far a change of members, or of the leader, has come.
 *
 * @param message a sentence for people
 */
public record ChangeProgress(State state, String message) {

  /** How far. */
  public enum State {
    DONE,
    /** Ask for the same again to hear more. */
    UNDER_WAY,
    /** It was not begun: nothing changed. */
    REFUSED,
    /** It was begun and has not succeeded; who the members are is as before, or as asked for. */
    FAILED
  }

  static ChangeProgress done(String message) {
    return new ChangeProgress(State.DONE, message);
  }

  static ChangeProgress underWay(String message) {
    return new ChangeProgress(State.UNDER_WAY, message);
  }

  static ChangeProgress refused(String message) {
    return new ChangeProgress(State.REFUSED, message);
  }

  static ChangeProgress failed(String message) {
    return new ChangeProgress(State.FAILED, message);
  }
}
