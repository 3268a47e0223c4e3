/** Faults that tests plant in a ledger. */
@NullMarked
package org.ultravisor.ledger.core;

import org.jspecify.annotations.NullMarked;
