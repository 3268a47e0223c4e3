/**
 * Tables that cost nothing to snapshot: maps from numbers to immutable values with structural
 * sharing, the canonical encoding of their records, and the additive hash over those. Knows nothing
 * of ledgers.
 */
@NullMarked
package org.ultravisor.ledger.core.table;

import org.jspecify.annotations.NullMarked;
