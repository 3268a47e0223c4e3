package org.ultravisor.ledger.store;

import org.ultravisor.ledger.core.StateHash;

/** Which state the state family holds. */
record Flushed(long sequence, StateHash stateHash) {}
