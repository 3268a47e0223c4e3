package org.ultravisor.ledger.command.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.command.frame.Frames.Frame;
import org.ultravisor.ledger.command.frame.Frames.FrameException;

/** Frames out of a stream of bytes, in whatever pieces it comes, and out of no frames. */
class FramesTest {
  private static final long SEED = Long.getLong("ultravisor.seed", System.nanoTime());

  private final Random random = new Random(SEED);

  @Test
  void framesComeWholeWhateverThePieces() throws Exception {
    for (int round = 0; round < 200; round++) {
      Buffer stream = Buffer.buffer();
      List<byte[]> payloads = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        byte[] payload = new byte[random.nextInt(10) == 0 ? 5000 : random.nextInt(40)];
        random.nextBytes(payload);
        payloads.add(payload);
        Frames.append(stream, FrameKind.SUBMIT, i, payload);
      }
      Frames frames = Frames.ofQuestions();
      List<Frame> read = new ArrayList<>();
      int at = 0;
      while (at < stream.length()) {
        int end = Math.min(stream.length(), at + 1 + random.nextInt(1 + random.nextInt(3000)));
        frames.feed(stream.getBuffer(at, end));
        for (Optional<Frame> next = frames.next(); next.isPresent(); next = frames.next()) {
          read.add(next.get());
        }
        at = end;
      }
      assertEquals(payloads.size(), read.size(), "repeat with -Dultravisor.seed=" + SEED);
      for (int i = 0; i < read.size(); i++) {
        assertEquals(FrameKind.SUBMIT, read.get(i).kind());
        assertEquals(i, read.get(i).id());
        assertArrayEquals(payloads.get(i), read.get(i).payload());
      }
    }
  }

  @Test
  void aLengthThatCannotBeIsRefusedBeforeTheFrameHasCome() {
    assertEquals(
        "a frame's length in 9..1048585 expected, found 8", refusal(Buffer.buffer().appendInt(8)));
    assertEquals(
        "a frame's length in 9..1048585 expected, found 4294967295",
        refusal(Buffer.buffer().appendInt(-1)));
  }

  @Test
  void aKindThatIsNotTheirsIsRefused() {
    Buffer unknown = Buffer.buffer().appendInt(9).appendByte((byte) 200);
    assertTrue(refusal(unknown).endsWith("expected, found 200"), refusal(unknown));
    Buffer answer = Buffer.buffer().appendInt(9).appendByte((byte) FrameKind.OUTCOME.code());
    assertTrue(refusal(answer).contains("[1 SUBMIT, 2 OPEN_SESSION,"), refusal(answer));
  }

  @Test
  void everyByteIsAFrameOrRefused() throws Exception {
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      if (bytes.length > 4) {
        bytes[0] = 0;
        bytes[1] = 0;
        bytes[2] = 0;
        bytes[4] = (byte) random.nextInt(7);
      }
      Frames frames = Frames.ofQuestions();
      frames.feed(Buffer.buffer(bytes));
      try {
        while (frames.next().isPresent()) {
          assertTrue(bytes.length >= Frames.HEADER_BYTES);
        }
      } catch (FrameException expected) {
        refused++;
      }
    }
    assertTrue(refused > 1000, "refused " + refused);
  }

  private static String refusal(Buffer bytes) {
    Frames frames = Frames.ofQuestions();
    frames.feed(bytes);
    return String.valueOf(assertThrows(FrameException.class, frames::next).getMessage());
  }
}
