/**
 * The command channel's server: HTTP/2 without TLS (by prior knowledge or upgrade) and HTTP/1.1.
 * One table, {@link org.ultravisor.ledger.command.server.Endpoints}, says what may be asked, and
 * from it come the routing and the OpenAPI document; {@link
 * org.ultravisor.ledger.command.server.FrameConnection} answers what is frequent over connections
 * that were upgraded. What answers is behind {@link
 * org.ultravisor.ledger.command.server.CommandBackend}. Start with {@link
 * org.ultravisor.ledger.command.server.CommandServer}.
 */
@NullMarked
package org.ultravisor.ledger.command.server;

import org.jspecify.annotations.NullMarked;
