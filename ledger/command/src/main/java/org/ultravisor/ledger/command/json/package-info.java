/**
 * How transactions, outcomes, leaves and the answers to queries are written as JSON (or YAML). One
 * {@link org.ultravisor.ledger.command.json.Form} a type says how it is read, written and described
 * in the OpenAPI document; records and sealed types get theirs from their declaration. Reading is
 * strict: what is not understood is refused with the place, what was found and what was expected.
 * Start with {@link org.ultravisor.ledger.command.json.TransactionJson}.
 */
@NullMarked
package org.ultravisor.ledger.command.json;

import org.jspecify.annotations.NullMarked;
