@NullMarked
package org.ultravisor.ledger.command;

import org.jspecify.annotations.NullMarked;
