package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.LongMap;
import org.ultravisor.ledger.core.table.LongMapView;

/**
 * Open sessions by the nonces that their clients chose, in buckets, so that an unchanging view of
 * them costs nothing. A bucket is sorted by nonce: even clients that choose theirs to share one
 * wait for a binary search only.
 */
final class SessionsByNonce {
  private static final int BUCKET_BITS = 16;

  private final LongMap<List<Opened>> buckets = new LongMap<>();

  /** A session and its nonce. */
  record Opened(long nonce, long session) {}

  void put(long nonce, long session) {
    List<Opened> bucket = bucket(buckets, nonce);
    int at = search(bucket, nonce);
    Invariant.check(at < 0, "two sessions are open by one nonce, the second is %d", session);
    List<Opened> more = new ArrayList<>(bucket);
    more.add(-at - 1, new Opened(nonce, session));
    buckets.put(keyOf(nonce), List.copyOf(more));
  }

  void remove(long nonce) {
    List<Opened> less = new ArrayList<>(bucket(buckets, nonce));
    int at = search(less, nonce);
    if (at >= 0) {
      less.remove(at);
      buckets.put(keyOf(nonce), less.isEmpty() ? null : List.copyOf(less));
    }
  }

  /** Read by {@link #find}. */
  LongMap<List<Opened>> buckets() {
    return buckets;
  }

  /** The number of the session that was opened by the nonce; null if none is open. */
  static @Nullable Long find(LongMapView<List<Opened>> buckets, long nonce) {
    List<Opened> bucket = bucket(buckets, nonce);
    int at = search(bucket, nonce);
    return at < 0 ? null : bucket.get(at).session();
  }

  private static List<Opened> bucket(LongMapView<List<Opened>> buckets, long nonce) {
    List<Opened> found = buckets.get(keyOf(nonce));
    return found == null ? List.of() : found;
  }

  private static int search(List<Opened> bucket, long nonce) {
    int low = 0;
    int high = bucket.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compare(bucket.get(middle).nonce(), nonce);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  /** Nonces may be random or count up: both spread. */
  private static long keyOf(long nonce) {
    return (nonce * 0x9e3779b97f4a7c15L) >>> (Long.SIZE - BUCKET_BITS);
  }
}
