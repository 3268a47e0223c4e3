/**
 * Bytes of entries, transactions, outcomes and leaves. Start with {@code LedgerCodec}.
 *
 * <p>A document is {@code magic (1 byte) version (1) kind (1) body}; bodies are written by Kryo
 * with required registration, so a polymorphic element is {@code class id + 2 (varint) fields}. All
 * numbers that stand for a class or a constant are in {@code Ids}. Numbers are varints of seven
 * bits, least first, unless they are random (nonces, hashes: 8 bytes, least first); texts are a
 * length in bytes and UTF-8; lists are a count and the elements; labels come in ascending order.
 *
 * <p>Equal values have equal bytes, on every replica: leaves are hashed as they are encoded. A new
 * version therefore never writes leaves otherwise than the version before, unless an {@code
 * ActivateRules} in the log says from which sequence on. Every version that was ever written can be
 * read for ever; golden files in {@code src/test/resources/golden} hold it to that.
 *
 * <p>Bytes are taken for hostile: whatever they are, they give a value or a {@code CodecException},
 * and nothing is allocated that the bytes at hand do not account for.
 */
@NullMarked
package org.ultravisor.ledger.codec;

import org.jspecify.annotations.NullMarked;
