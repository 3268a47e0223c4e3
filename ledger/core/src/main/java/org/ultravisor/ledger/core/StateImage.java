package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;

/**
 * The whole state at one sequence, unchanging while the ledger goes on. Taken on the ledger's
 * thread at a cost that does not depend on how much memory is installed; read and closed on any one
 * thread.
 *
 * <p>The state is a set of records, each with a canonical key and value: equal states have equal
 * sets of records, byte for byte, and {@link StateHash} is computed over exactly these.
 */
public interface StateImage extends AutoCloseable {

  /** Sequence of the last transaction whose effects the image holds. */
  long sequence();

  StateHash hash();

  /** Visits every record, in ascending unsigned order of (table, key). */
  void forEach(RecordVisitor visitor);

  /**
   * Visits the records that differ from an older image of the same ledger, at a cost that depends
   * on how many differ: a record that is gone is visited with a null value.
   */
  void forEachChangedSince(StateImage older, RecordVisitor visitor);

  @Override
  void close();

  /** Receives records. The arrays are the receiver's. */
  @FunctionalInterface
  interface RecordVisitor {
    /**
     * @param table which kind of record, 0 to 127
     * @param value null if the record is gone
     */
    void visit(int table, byte[] key, byte @Nullable [] value);
  }
}
