package org.ultravisor.ledger.core;

/** What a partition is for. */
public enum PartitionKind {
  ULTRAVISOR,
  COMMAND,
  OPERATIONS,
  IO,
  GUEST
}
