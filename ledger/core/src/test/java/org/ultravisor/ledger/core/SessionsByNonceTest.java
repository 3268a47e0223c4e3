package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.table.LongMapView;

/** Against a map; repeat with {@code -Dultravisor.seed=N}. */
final class SessionsByNonceTest {
  @Test
  void findsWhatAMapFinds() {
    long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
    Random random = new Random(seed);
    SessionsByNonce index = new SessionsByNonce();
    Map<Long, Long> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      // Multiples of 2^48 share few buckets; small ones and any others do not.
      long nonce =
          switch (random.nextInt(3)) {
            case 0 -> (long) random.nextInt(50) << 48;
            case 1 -> random.nextInt(-50, 50);
            default -> random.nextLong();
          };
      if (expected.remove(nonce) == null) {
        expected.put(nonce, (long) i);
        index.put(nonce, i);
      } else {
        index.remove(nonce);
      }
      assertEquals(
          expected.get(nonce),
          SessionsByNonce.find(index.buckets(), nonce),
          "repeat with -Dultravisor.seed=" + seed);
    }
    expected.forEach(
        (nonce, session) ->
            assertEquals(
                session,
                SessionsByNonce.find(index.buckets(), nonce),
                "repeat with -Dultravisor.seed=" + seed));
  }

  @Test
  void viewsDoNotChange() {
    SessionsByNonce index = new SessionsByNonce();
    index.put(-7, 1);
    LongMapView<List<SessionsByNonce.Opened>> before = index.buckets().snapshot();
    index.remove(-7);
    index.put(8, 2);
    assertEquals(1L, SessionsByNonce.find(before, -7));
    assertNull(SessionsByNonce.find(before, 8));
    assertNull(SessionsByNonce.find(index.buckets(), -7));
  }

  @Test
  void oneNonceTwiceIsAFault() {
    SessionsByNonce index = new SessionsByNonce();
    index.put(3, 1);
    assertThrows(InvariantViolation.class, () -> index.put(3, 2));
  }
}
