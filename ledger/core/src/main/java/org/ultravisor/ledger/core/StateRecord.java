package org.ultravisor.ledger.core;

/**
 * One record of a {@link StateImage}, as it is stored.
 *
 * @param table which kind of record; see {@link Tables}
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier between the image and the store.
public record StateRecord(int table, byte[] key, byte[] value) {}
