package org.ultravisor.ledger.core;

/**
 * A policy document of the operations partition, as it stands. The ledger keeps it and does not
 * read it; earlier versions are in the audit log.
 *
 * @param version sequence of the transaction that put it
 */
public record PolicyInfo(long policy, String name, long version, String document) {}
