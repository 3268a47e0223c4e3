package org.ultravisor.ledger.core;

/**
 * Where a partition is in its life: CREATED → RUNNING ⇄ PAUSED → STOPPED → DESTROYED. ZOMBIE is
 * destroyed while something it held is not back yet; it becomes DESTROYED by itself when all is.
 */
public enum PartitionState {
  CREATED,
  RUNNING,
  PAUSED,
  STOPPED,
  ZOMBIE,
  DESTROYED
}
