package org.ultravisor.ledger.core;

import org.ultravisor.mapping.PageRange;

/** Pages that a reservation holds. */
record HeldRange(PageRange range, long reservation) {}
