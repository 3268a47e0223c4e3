/**
 * Frames of the binary channel, which a connection to the command port becomes by an upgrade: what
 * server and client both know of them. {@link org.ultravisor.ledger.command.frame.FrameKind} has
 * all kinds, {@link org.ultravisor.ledger.command.frame.Payloads} what each carries, {@code
 * docs/channel.md} both for authors of other clients.
 */
@NullMarked
package org.ultravisor.ledger.command.frame;

import org.jspecify.annotations.NullMarked;
