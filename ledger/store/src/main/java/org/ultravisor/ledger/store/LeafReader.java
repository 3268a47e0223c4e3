package org.ultravisor.ledger.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/**
 * Reads a range of leaves once, in order: on a thread of its own, which reads, checks, hashes and
 * decodes the next of them while the caller is busy with those before. One thread, once; close it.
 */
final class LeafReader implements AutoCloseable {
  private static final int LEAVES_AT_ONCE = 512;
  private static final int BYTES_AT_ONCE = 1 << 20;

  private final LeafTable table;
  private final long last;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("ledger-store-read").daemon().unstarted(task));

  /** What comes after all that was given; null after the last. */
  private @Nullable CompletableFuture<Part> ahead;

  /**
   * A leaf as it was found.
   *
   * @param hash of its encoded bytes, as the Merkle tree has it
   */
  record Read(AuditLeaf leaf, MerkleHash hash) {}

  /**
   * Leaves up to the first that cannot be read.
   *
   * @param next sequence of the leaf behind them
   * @param failure why that one cannot be read; null if it was not tried
   */
  private record Part(List<Read> leaves, long next, @Nullable StoreException failure) {}

  /**
   * @param from sequence of the first leaf
   * @param last sequence of the last one
   */
  LeafReader(LeafTable table, long from, long last) {
    this.table = table;
    this.last = last;
    ahead = begin(from);
  }

  /**
   * The next leaves, at least one; empty behind the last.
   *
   * @throws StoreException if the next leaf cannot be read, or is no longer kept
   */
  List<Read> next() {
    if (ahead == null) {
      return List.of();
    }
    Part part = await(ahead);
    if (part.failure != null) {
      ahead = CompletableFuture.completedFuture(new Part(List.of(), part.next, part.failure));
      if (part.leaves.isEmpty()) {
        throw part.failure;
      }
    } else {
      ahead = begin(part.next);
    }
    return part.leaves;
  }

  private static Part await(CompletableFuture<Part> part) {
    try {
      return part.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private @Nullable CompletableFuture<Part> begin(long from) {
    return from > last ? null : CompletableFuture.supplyAsync(() -> read(from), thread);
  }

  private Part read(long from) {
    List<Read> leaves = new ArrayList<>();
    long next = from;
    try {
      int most = (int) Math.min(LEAVES_AT_ONCE, last - from + 1);
      for (byte[] encoded : table.encodedFrom(from, most, BYTES_AT_ONCE)) {
        leaves.add(new Read(table.decode(next, encoded), MerkleHash.ofLeaf(encoded)));
        next++;
      }
      return new Part(leaves, next, null);
    } catch (StoreException e) {
      return new Part(leaves, next, e);
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
