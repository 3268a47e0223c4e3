package org.ultravisor.ledger.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever the bytes: a CodecException, or a value of which these are the only bytes; and no memory
 * that they do not account for.
 */
class HostileBytesTest {
  /** Objects of a decoded list take some 60 bytes for a byte on the wire; errors have traces. */
  private static final long BYTES_OF_A_FAILURE = 1 << 18;

  private static final long BYTES_OF_A_BYTE = 256;
  private static final int ROUNDS = Integer.getInteger("ultravisor.rounds", 20_000);

  private final LedgerCodec codec = new LedgerCodec();
  private final Collection<Document<?>> documents = Samples.documents(codec).values();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private int refused;
  private int taken;

  @BeforeEach
  void warmUp() {
    // What the JDK loads for the first message is not the bytes' doing.
    documents.forEach(document -> document.recode(document.encode()));
    assertThrows(CodecException.class, () -> codec.decodeEntry(new byte[10]));
  }

  @Test
  void truncatedAtEveryByte() {
    for (Document<?> document : documents) {
      byte[] bytes = document.encode();
      for (int length = 0; length < bytes.length; length++) {
        int before = refused;
        feed(document, Arrays.copyOf(bytes, length), "truncated to " + length);
        assertTrue(refused > before, () -> document.value() + " was read from a part of it");
      }
      feed(document, Arrays.copyOf(bytes, bytes.length + 1), "a byte too many");
    }
  }

  @Test
  void everyBitFlipped() {
    for (Document<?> document : documents) {
      byte[] bytes = document.encode();
      for (int bit = 0; bit < bytes.length * 8; bit++) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        feed(document, flipped, "bit " + bit + " flipped");
      }
    }
    assertTrue(refused > 1000 && taken > 100, "both happen: " + refused + ", " + taken);
  }

  /** Every byte replaced by every small class id: Kryo's own, by-name, ours in the wrong place. */
  @Test
  void everyForeignClassIdEverywhere() {
    for (Document<?> document : documents) {
      byte[] bytes = document.encode();
      for (int at = 3; at < bytes.length; at++) {
        for (int id = 0; id < 128; id++) {
          byte[] foreign = bytes.clone();
          foreign[at] = (byte) id;
          feed(document, foreign, "byte " + at + " made " + id);
        }
      }
    }
  }

  @Test
  void hugeLengthsEverywhere() {
    byte[][] huge = {
      HexFormat.of().parseHex("ffffffff07"), // 2^31 - 1
      HexFormat.of().parseHex("ffffffff0f"), // 2^32 - 1
      HexFormat.of().parseHex("ffffffffffffff7f"), // 2^56 - 1
      HexFormat.of().parseHex("ffffffffffffffffff"), // -1
    };
    for (Document<?> document : documents) {
      byte[] bytes = document.encode();
      for (int at = 3; at < bytes.length; at++) {
        for (byte[] length : huge) {
          byte[] longer = Arrays.copyOf(bytes, bytes.length + length.length);
          System.arraycopy(length, 0, longer, at, length.length);
          feed(document, longer, "length " + HexFormat.of().formatHex(length) + " at " + at);
        }
      }
    }
  }

  @Test
  void randomBytesBehindAGoodHeader() {
    Seed seed = Seed.choose();
    Random random = seed.random();
    Document<?>[] all = documents.toArray(Document<?>[]::new);
    for (int round = 0; round < ROUNDS; round++) {
      Document<?> document = all[random.nextInt(all.length)];
      byte[] good = document.encode();
      byte[] bytes = new byte[3 + random.nextInt(200)];
      random.nextBytes(bytes);
      int kept = Math.min(bytes.length, 3 + random.nextInt(good.length));
      System.arraycopy(good, 0, bytes, 0, Math.min(kept, good.length));
      feed(document, bytes, "random, " + seed);
    }
  }

  private void feed(Document<?> document, byte[] bytes, String how) {
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      byte[] again = document.recode(bytes);
      assertArrayEquals(
          bytes,
          again,
          () ->
              how
                  + ": "
                  + HexFormat.of().formatHex(bytes)
                  + " is "
                  + HexFormat.of().formatHex(again));
      taken++;
    } catch (CodecException expected) {
      refused++;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(how + ": " + HexFormat.of().formatHex(bytes) + " of " + document.value(), e);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(
        allocated < BYTES_OF_A_FAILURE + BYTES_OF_A_BYTE * bytes.length,
        () -> how + ": " + allocated + " bytes allocated for " + HexFormat.of().formatHex(bytes));
  }
}
