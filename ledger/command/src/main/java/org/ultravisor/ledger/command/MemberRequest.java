package org.ultravisor.ledger.command;

/** A change of the cluster's members that an operator asks for. */
public sealed interface MemberRequest {

  /**
   * Takes a replica in that runs and waits for it.
   *
   * @param replica its id, which no replica of this cluster ever had
   * @param raft {@code host:port} of its traffic with the other replicas
   * @param command {@code host:port} of its command channel
   * @param listener whether it only follows and does not vote
   */
  record Add(String replica, String raft, String command, boolean listener)
      implements MemberRequest {}

  /**
   * Takes a replica out.
   *
   * @param force also if the cluster could then not lose another one
   */
  record Remove(String replica, boolean force) implements MemberRequest {}

  /**
   * Takes a replica in for another, which may be dead.
   *
   * @param old who goes
   */
  record Replace(String old, String replica, String raft, String command)
      implements MemberRequest {}
}
