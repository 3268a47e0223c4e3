/**
 * What may be asked of the ledger, what then happened, and the state those facts add up to. One
 * thread. No IO, clock or randomness: the log supplies order and time, the caller everything else.
 * Depends on mapping and the JDK only. Start with {@code Ledger}; its invariants are listed there.
 */
@NullMarked
package org.ultravisor.ledger.core;

import org.jspecify.annotations.NullMarked;
