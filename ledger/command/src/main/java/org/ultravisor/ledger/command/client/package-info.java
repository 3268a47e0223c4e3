/**
 * The command channel's client: retries that happen exactly once, whoever leads and whatever gets
 * lost, queries, and a stream of leaves that resumes. Start with {@link
 * org.ultravisor.ledger.command.client.LedgerClient}.
 */
@NullMarked
package org.ultravisor.ledger.command.client;

import org.jspecify.annotations.NullMarked;
