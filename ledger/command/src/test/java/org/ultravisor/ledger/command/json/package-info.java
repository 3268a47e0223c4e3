@NullMarked
package org.ultravisor.ledger.command.json;

import org.jspecify.annotations.NullMarked;
