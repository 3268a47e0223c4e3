package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the log on disk goes, and whether it fits to the ledger on disk.
 *
 * @param directory where its segments are
 * @param first index of its first entry; of the next one if there is none
 * @param last index of its last entry; below first if there is none
 * @param lastTerm of its last entry; 0 if there is none
 */
record LogExtent(Path directory, long first, long last, long lastTerm) {
  private static final Logger LOG = LoggerFactory.getLogger(LogExtent.class);

  /**
   * Refuses a log and a ledger that do not belong together. What is applied was in this replica's
   * log, on disk, before; so a log that ends before the ledger has lost something, except for one
   * that a snapshot from the leader was about to replace: that one is emptied, as Ratis would have
   * done next.
   *
   * @param ledger the last entry that the ledger has
   * @param snapshot the last entry of the newest snapshot; index -1 if there is none
   * @throws IOException naming what is missing and what rebuilds the replica
   */
  void requireMeets(TermIndex ledger, TermIndex snapshot) throws IOException {
    if (first > ledger.getIndex() + 1) {
      throw new IOException(
          "the log begins at entry %d, but the ledger ends at entry %d: what is between is lost. %s"
              .formatted(first, ledger.getIndex(), LogCheck.REBUILD));
    }
    if (last < ledger.getIndex() && ledger.getIndex() > snapshot.getIndex()) {
      throw new IOException(
          "%s ends at entry %d, but the ledger has entry %d: the log has lost its end. %s"
              .formatted(directory, last, ledger.getIndex(), LogCheck.REBUILD));
    }
    VoteFile.requireAtLeast(directory, Math.max(lastTerm, ledger.getTerm()));
    if (last < ledger.getIndex()) {
      empty();
    }
  }

  private void empty() throws IOException {
    List<Path> segments = LogCheck.files(directory);
    for (Path segment : segments) {
      LOG.info("{} ends before the snapshot that replaces it: deleting it", segment);
      Files.delete(segment);
    }
  }
}
