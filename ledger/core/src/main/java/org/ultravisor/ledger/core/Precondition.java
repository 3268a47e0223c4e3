package org.ultravisor.ledger.core;

import org.ultravisor.mapping.PageRange;

/** What must hold before a transaction's first operation, or the whole transaction is refused. */
public sealed interface Precondition {

  /** The partition exists and its version (raised by each change to it) is this one. */
  record PartitionVersion(String partition, long version) implements Precondition {}

  /** Every page of the range is owned by this partition. */
  record PageOwner(PageRange range, String partition) implements Precondition {}

  /** The policy document's version is this one; 0 if there is to be none. */
  record PolicyVersion(String policy, long version) implements Precondition {}

  /** No transaction came after this sequence. */
  record AtSequence(long sequence) implements Precondition {}
}
