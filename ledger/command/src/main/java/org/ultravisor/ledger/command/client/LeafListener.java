package org.ultravisor.ledger.command.client;

import org.ultravisor.ledger.command.LeafView;

/** Follows the audit log. Called on the client's thread, which it must not keep waiting. */
@FunctionalInterface
public interface LeafListener {
  /** The next leaf: in order, without gaps, each once. */
  void leaf(LeafView leaf);

  /** The stream broke and is resumed; nothing will be missing. */
  default void interrupted(String why) {}
}
