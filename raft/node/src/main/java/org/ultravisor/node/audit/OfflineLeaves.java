package org.ultravisor.node.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.store.Applied;
import org.ultravisor.ledger.store.AuditLog;
import org.ultravisor.ledger.store.Compaction;
import org.ultravisor.ledger.store.ReplayMode;
import org.ultravisor.raft.replica.OfflineAudit;

/** The leaves of a replica that does not run. */
public final class OfflineLeaves implements LeafSource {
  private final Path directory;
  private final AuditLog log;

  /** Opens a replica's directory for reading. */
  public OfflineLeaves(Path directory) throws IOException {
    this.directory = directory;
    this.log = OfflineAudit.open(directory);
  }

  /** The store itself, for checks of its files. */
  public AuditLog log() {
    return log;
  }

  @Override
  public String name() {
    return directory.toString();
  }

  @Override
  public End end() {
    Applied applied = log.applied();
    return new End(applied.sequence(), applied.logRoot().toString());
  }

  @Override
  public long first() {
    return log.compaction().map(Compaction::through).orElse(1L);
  }

  @Override
  public Beginning beginning() {
    return log.compaction()
        .map(
            compaction ->
                new Beginning(
                    log.replayTo(compaction.through(), ReplayMode.EVENTS),
                    log.frontierAt(compaction.through()),
                    Optional.of(compaction)))
        .orElseGet(Beginning::ofEverything);
  }

  @Override
  public List<AuditLeaf> leaves(long from, int most) {
    return log.leaves(from, most);
  }

  @Override
  public void close() {
    log.close();
  }
}
