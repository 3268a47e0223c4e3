@NullMarked
package org.ultravisor.ledger.command.frame;

import org.jspecify.annotations.NullMarked;
