@NullMarked
package org.ultravisor.ledger.command.server;

import org.jspecify.annotations.NullMarked;
