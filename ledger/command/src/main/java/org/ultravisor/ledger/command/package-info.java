/**
 * What the command channel carries beside the ledger's own vocabulary: a leaf as it is shown, the
 * answer to "did it happen?", what a replica says of itself. The channel has four parts: {@code
 * json} and {@code frame} (how each of these is written), {@code server} and {@code client}.
 */
@NullMarked
package org.ultravisor.ledger.command;

import org.jspecify.annotations.NullMarked;
