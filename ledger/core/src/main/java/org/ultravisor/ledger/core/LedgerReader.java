package org.ultravisor.ledger.core;

/**
 * The queries over an unchanging state, while the ledger goes on. Taken on the ledger's thread;
 * used and closed on any one thread.
 */
public interface LedgerReader extends LedgerQueries, AutoCloseable {
  @Override
  void close();
}
