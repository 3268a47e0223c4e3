package org.ultravisor.node.cli;

import java.io.IOException;
import java.util.List;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.node.audit.LeafSource;

/**
 * The leaves of a live cluster. The end is what the replica that is furthest says; leaves may come
 * from another, so that its root is checked against theirs.
 */
final class LiveLeaves implements LeafSource {
  private static final int TRIES = 50;
  private static final long PAUSE_MILLIS = 20;
  private static final int MOST_AT_ONCE = 1000;

  private final Cluster cluster;
  private final End end;

  private LiveLeaves(Cluster cluster, End end) {
    this.cluster = cluster;
    this.end = end;
  }

  /** Of a connected cluster, which stays the caller's to close. */
  static LiveLeaves of(Cluster cluster) throws CliFailure, InterruptedException {
    List<Cluster.Replica> replicas = cluster.statuses();
    ClusterStatus furthest = null;
    for (Cluster.Replica replica : replicas) {
      ClusterStatus status = replica.status().orElse(null);
      if (status != null && (furthest == null || status.sequence() > furthest.sequence())) {
        furthest = status;
      }
    }
    if (furthest == null) {
      throw CliFailure.failed(
          "no replica answers (%s: %s). Is the cluster running?"
              .formatted(
                  replicas.getFirst().address().getAuthority(), replicas.getFirst().problem()));
    }
    return new LiveLeaves(cluster, new End(furthest.sequence(), furthest.logRoot()));
  }

  @Override
  public String name() {
    return "the cluster";
  }

  @Override
  public End end() {
    return end;
  }

  @Override
  public long first() throws IOException {
    return asked(() -> new LiveCheckpoint(cluster).through().orElse(1L));
  }

  @Override
  public Beginning beginning() throws IOException {
    return asked(() -> new LiveCheckpoint(cluster).beginning());
  }

  @FunctionalInterface
  private interface Question<T> {
    T answer() throws CliFailure, InterruptedException, IOException;
  }

  private static <T> T asked(Question<T> question) throws IOException {
    try {
      return question.answer();
    } catch (CliFailure e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public List<AuditLeaf> leaves(long from, int most) throws IOException {
    return asked(
        () -> {
          // The replica that answers may be a moment behind the one that said how far the log goes.
          for (int i = 0; i < TRIES; i++) {
            List<LeafView> leaves =
                cluster.answer(cluster.client().log(from, Math.min(most, MOST_AT_ONCE)));
            if (!leaves.isEmpty() || from > end.sequence()) {
              return leaves.stream().map(LeafView::audited).toList();
            }
            Thread.sleep(PAUSE_MILLIS);
          }
          return List.of();
        });
  }

  @Override
  public void close() {}
}
