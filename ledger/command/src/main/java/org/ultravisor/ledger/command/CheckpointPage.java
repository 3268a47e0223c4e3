package org.ultravisor.ledger.command;

import java.util.List;
import org.ultravisor.ledger.core.StateHash;

/**
 * Part of the checkpoint that stands for compacted history.
 *
 * @param through its sequence
 * @param dropped leaves below it that are known by hash only
 * @param stateHash of the state that it is
 * @param records how many it has in all
 * @param commitment SHA-256 over them, in hexadecimal
 * @param frontier hashes of the complete Merkle nodes over the leaves up to {@code through},
 *     largest first, in hexadecimal
 * @param page records, in order; none behind the last
 */
public record CheckpointPage(
    long through,
    long dropped,
    StateHash stateHash,
    long records,
    String commitment,
    List<String> frontier,
    List<CheckpointRecord> page) {
  public CheckpointPage {
    frontier = List.copyOf(frontier);
    page = List.copyOf(page);
  }
}
