@NullMarked
package org.ultravisor.ledger.command.client;

import org.jspecify.annotations.NullMarked;
