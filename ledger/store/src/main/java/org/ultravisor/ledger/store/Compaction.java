package org.ultravisor.ledger.store;

import org.ultravisor.ledger.core.StateHash;

/**
 * How far a store has forgotten its history, and the checkpoint that it has instead.
 *
 * @param through sequence of the checkpoint, whose own leaf is kept: the earliest that can be
 *     replayed
 * @param dropped how many leaves below it are known by hash only; open sessions may still ask for
 *     the answers in the others
 * @param stateHash of the checkpoint, as leaf {@code through} has it
 * @param records of the checkpoint
 * @param commitment SHA-256 over all of them, 64 hexadecimal digits: the same on every replica
 */
public record Compaction(
    long through, long dropped, StateHash stateHash, long records, String commitment) {}
