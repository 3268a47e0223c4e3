package org.ultravisor.node.audit;

import java.io.IOException;
import java.util.List;
import org.ultravisor.ledger.codec.AuditLeaf;

/** Where leaves come from. One thread. */
public interface LeafSource extends AutoCloseable {
  /** For messages. */
  String name();

  /** How far the log goes and what it commits to. */
  End end() throws IOException;

  /**
   * Leaves in order, at most so many; fewer only if there are no more or the source gives them in
   * parts, none only behind the last.
   *
   * @param from from 1
   */
  List<AuditLeaf> leaves(long from, int most) throws IOException;

  @Override
  void close() throws IOException;

  /**
   * The log's end.
   *
   * @param sequence of the last leaf, 0 for none
   * @param logRoot Merkle root over all leaves, in hexadecimal
   */
  record End(long sequence, String logRoot) {}
}
