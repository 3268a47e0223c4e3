/**
 * What may be asked of the ledger, what then happened, and the state those facts add up to. One
 * thread. No IO, clock or randomness: the log supplies order and time, the caller everything else.
 * Depends on mapping and the JDK only.
 *
 * <p>Start with {@link org.ultravisor.ledger.core.Ledger}; its invariants are listed there. A
 * transaction meets, in this order: {@code Sessions} (is it new?), {@code Decider} and the deciders
 * of its groups (what follows, or why nothing does; they only read), {@code Applier} and {@code
 * RevocationApplier} (writing what follows; they cannot refuse), {@code Journal} (taking it back if
 * a later operation is refused). {@code State} is the tables, described in {@link
 * org.ultravisor.ledger.core.Tables}, the memory that they describe, and indexes derived from both.
 */
@NullMarked
package org.ultravisor.ledger.core;

import org.jspecify.annotations.NullMarked;
