package org.ultravisor.raft.replica;

/** A change of who belongs to the cluster. Asking for one that is done already does nothing. */
public sealed interface MemberChange {

  /**
   * Takes in a replica that runs and waits for it.
   *
   * @param peer under an id that no replica of this cluster ever had
   * @param listener whether it only follows and does not vote
   */
  record Add(Peer peer, boolean listener) implements MemberChange {}

  /**
   * Takes a replica out; its process ends by itself.
   *
   * @param force also if the cluster could then no longer lose a replica
   */
  record Remove(String id, boolean force) implements MemberChange {}

  /**
   * Takes a replica in and another, which may be dead, out, in one step.
   *
   * @param old who goes
   * @param peer who takes its part
   */
  record Replace(String old, Peer peer) implements MemberChange {}
}
