package org.ultravisor.ledger.command.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.codec.CodecException;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.FrameList;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.frame.Payloads.At;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** What frames carry, to the byte: other clients are written against these. */
class PayloadsTest {
  private static final Path GUIDE = Path.of("../../docs/channel.md");
  private static final URI LEADER = URI.create("http://127.0.0.1:7100");

  private final LedgerCodec codec = new LedgerCodec();
  private final Payloads payloads = new Payloads(codec);
  private final Map<String, Sample<?>> samples = samples();

  /** A value, how it is written and how it is read. */
  private record Sample<T>(
      FrameKind kind, T value, Function<T, byte[]> writer, Function<byte[], T> reader) {
    byte[] write() {
      return writer.apply(value);
    }

    String frame() {
      Buffer out = Buffer.buffer();
      Frames.append(out, kind, 7, write());
      return HexFormat.of().formatHex(out.getBytes());
    }
  }

  private Map<String, Sample<?>> samples() {
    Map<String, Sample<?>> all = new LinkedHashMap<>();
    Transaction transaction =
        new Transaction(
            3,
            130,
            128,
            "me",
            List.of(),
            List.of(new Operation.AssignPages("a", new PageRange(16, 4), 0, Rights.ALL)));
    all.put(
        "SUBMIT",
        sample(FrameKind.SUBMIT, transaction, codec::encodeTransaction, codec::decodeTransaction));
    all.put(
        "OPEN_SESSION",
        sample(
            FrameKind.OPEN_SESSION,
            new SessionRequest(5, "me"),
            payloads::openSession,
            payloads::openSession));
    all.put(
        "OWNERS",
        sample(
            FrameKind.OWNERS,
            new Payloads.OwnersQuestion(Consistency.LINEARIZABLE, new FrameList(List.of(0L, 300L))),
            payloads::owners,
            payloads::owners));
    all.put(
        "REQUEST_STATUS",
        sample(
            FrameKind.REQUEST_STATUS,
            new Payloads.StatusQuestion(Consistency.STALE, 3, 130),
            payloads::status,
            payloads::status));
    all.put("PING", sample(FrameKind.PING, true, asked -> payloads.ping(), payloads::ping));
    Outcome committed = new Outcome.Committed(9, List.of(new Event.SessionOpened(9, 5)));
    all.put(
        "OUTCOME committed",
        sample(FrameKind.OUTCOME, committed, codec::encodeOutcome, codec::decodeOutcome));
    Outcome refused = new Outcome.Refused(12, 0, Refusal.PAGES_NOT_FREE, "page 7 is b's");
    all.put(
        "OUTCOME refused",
        sample(FrameKind.OUTCOME, refused, codec::encodeOutcome, codec::decodeOutcome));
    all.put(
        "SESSION",
        sample(
            FrameKind.SESSION,
            new At<>(9, new SessionReport(9, 5)),
            payloads::session,
            payloads::session));
    all.put(
        "PAGES",
        sample(
            FrameKind.PAGES,
            new At<>(
                12,
                List.of(
                    new PageInfo(16, PageInfo.Kind.OWNED, 2, "a", 0, 0, 0, 0, 16, Rights.ALL),
                    new PageInfo(17, PageInfo.Kind.OWNED, 2, "a", 0, 5, 0, 0, -1, null),
                    new PageInfo(300, PageInfo.Kind.ABSENT, 0, "", -1, 0, 0, 0, -1, null))),
            payloads::pages,
            payloads::pages));
    all.put("STATUS answered", status(new RequestStatus.Answered(12), Optional.of(refused)));
    all.put("STATUS not seen", status(new RequestStatus.NotSeen(), Optional.empty()));
    all.put("STATUS forgotten", status(new RequestStatus.Forgotten(), Optional.empty()));
    all.put("STATUS expired", status(new RequestStatus.SessionExpired(), Optional.empty()));
    all.put(
        "STANDING",
        sample(
            FrameKind.STANDING,
            new Payloads.Standing(false, Optional.of(LEADER)),
            payloads::standing,
            payloads::standing));
    ErrorReport elsewhere =
        new ErrorReport(
            ErrorReport.Kind.NOT_LEADER,
            "ask there",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(LEADER));
    all.put("ERROR", sample(FrameKind.ERROR, elsewhere, payloads::error, payloads::error));
    return all;
  }

  private Sample<At<RequestReport>> status(RequestStatus status, Optional<Outcome> outcome) {
    return sample(
        FrameKind.STATUS,
        new At<>(14, new RequestReport(status, outcome)),
        payloads::status,
        payloads::statusAnswer);
  }

  private static <T> Sample<T> sample(
      FrameKind kind, T value, Function<T, byte[]> writer, Function<byte[], T> reader) {
    return new Sample<>(kind, value, writer, reader);
  }

  @Test
  void whatIsWrittenIsRead() {
    samples.forEach(
        (name, sample) ->
            assertEquals(sample.value(), sample.reader().apply(sample.write()), name));
    for (ErrorReport.Kind kind : ErrorReport.Kind.values()) {
      ErrorReport report = ErrorReport.of(kind, "why");
      assertEquals(report, payloads.error(payloads.error(report)));
    }
    for (PageInfo.Kind kind : PageInfo.Kind.values()) {
      At<List<PageInfo>> pages =
          new At<>(1, List.of(new PageInfo(1, kind, 0, "", 3, 4, 5, 6, 7, Rights.READ)));
      assertEquals(pages, payloads.pages(payloads.pages(pages)));
    }
  }

  @Test
  void everyKindHasASample() {
    for (FrameKind kind : FrameKind.values()) {
      assertTrue(samples.values().stream().anyMatch(s -> s.kind() == kind), kind::name);
    }
  }

  /** The guide for authors of other clients shows a frame of each kind, with id 7. */
  @Test
  void theGuideShowsTheseBytes() throws IOException {
    List<String> shown =
        Files.readAllLines(GUIDE).stream()
            .map(String::strip)
            .filter(line -> line.matches("[A-Z_]+[a-z ]*: [0-9a-f]+"))
            .toList();
    List<String> frames = new ArrayList<>();
    samples.forEach((name, sample) -> frames.add(name + ": " + sample.frame()));
    assertEquals(String.join("\n", frames), String.join("\n", shown));
  }

  @Test
  void hostileBytesAreRefusedOrAreTheOnlyOnesOfTheirValue() {
    samples.forEach(
        (name, sample) -> {
          byte[] good = sample.write();
          for (int length = 0; length < good.length; length++) {
            byte[] part = Arrays.copyOf(good, length);
            assertThrows(CodecException.class, () -> sample.reader().apply(part), name);
          }
          for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bytes = good.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            feed(name, sample, bytes);
          }
        });
  }

  private static <T> void feed(String name, Sample<T> sample, byte[] bytes) {
    T value;
    try {
      value = sample.reader().apply(bytes);
    } catch (CodecException expected) {
      return;
    }
    assertArrayEquals(
        bytes,
        sample.writer().apply(value),
        () -> name + ": " + HexFormat.of().formatHex(bytes) + " is " + value);
  }
}
