package org.ultravisor.ledger.command.frame;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ultravisor.ledger.codec.CodecException;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.codec.Sink;
import org.ultravisor.ledger.codec.Source;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.FrameList;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.mapping.Rights;

/**
 * What frames carry: a transaction and an outcome as the codec's own documents, all else as its
 * messages. Whatever the bytes, reading gives a value or a {@link CodecException}. Any thread.
 */
public final class Payloads {
  /** Codes are positions: append, never reorder. */
  private static final List<PageInfo.Kind> PAGE_KINDS =
      List.of(
          PageInfo.Kind.ABSENT,
          PageInfo.Kind.RESERVED,
          PageInfo.Kind.POISONED,
          PageInfo.Kind.AVAILABLE,
          PageInfo.Kind.OWNED);

  private static final List<ErrorReport.Kind> ERRORS =
      List.of(
          ErrorReport.Kind.BAD_REQUEST,
          ErrorReport.Kind.NOT_FOUND,
          ErrorReport.Kind.METHOD_NOT_ALLOWED,
          ErrorReport.Kind.COMPACTED,
          ErrorReport.Kind.TOO_LARGE,
          ErrorReport.Kind.UNSUPPORTED_MEDIA_TYPE,
          ErrorReport.Kind.BUSY,
          ErrorReport.Kind.NOT_LEADER,
          ErrorReport.Kind.NO_LEADER,
          ErrorReport.Kind.UNAVAILABLE,
          ErrorReport.Kind.OUTCOME_UNKNOWN,
          ErrorReport.Kind.TIMED_OUT,
          ErrorReport.Kind.INTERNAL);

  private static final List<Consistency> CONSISTENCIES =
      List.of(Consistency.LINEARIZABLE, Consistency.STALE);

  private static final int NO_RIGHTS = 0; // rights always have a bit

  private final LedgerCodec codec;

  public Payloads(LedgerCodec codec) {
    this.codec = codec;
  }

  /** Who has frames, and how fresh the answer must be. */
  public record OwnersQuestion(Consistency consistency, FrameList frames) {}

  /** What became of a request. */
  public record StatusQuestion(Consistency consistency, long session, long requestId) {}

  /** Something about the state, and the sequence of the state in which it was seen. */
  public record At<T>(long sequence, T value) {}

  /**
   * Where a replica stands.
   *
   * @param leads whether it takes transactions now
   * @param leader base address of the leader's command port, if it knows one
   */
  public record Standing(boolean leads, Optional<URI> leader) {}

  // ---- questions

  public byte[] openSession(SessionRequest request) {
    return question(out -> out.fixed(request.nonce()).text(request.issuer()));
  }

  public SessionRequest openSession(byte[] payload) {
    return question(payload, in -> new SessionRequest(in.fixed(), in.text()));
  }

  public byte[] owners(OwnersQuestion question) {
    return question(
        out ->
            out.code(CONSISTENCIES, question.consistency())
                .each(question.frames().frames(), Sink::number));
  }

  public OwnersQuestion owners(byte[] payload) {
    return question(
        payload,
        in ->
            new OwnersQuestion(
                in.code(CONSISTENCIES), new FrameList(in.each("frames", Source::number))));
  }

  public byte[] status(StatusQuestion question) {
    return question(
        out ->
            out.code(CONSISTENCIES, question.consistency())
                .number(question.session())
                .number(question.requestId()));
  }

  public StatusQuestion status(byte[] payload) {
    return question(
        payload, in -> new StatusQuestion(in.code(CONSISTENCIES), in.number(), in.number()));
  }

  public byte[] ping() {
    return question(out -> {});
  }

  public boolean ping(byte[] payload) {
    return question(payload, in -> true);
  }

  // ---- answers

  public byte[] session(At<SessionReport> answer) {
    return answer(
        out ->
            out.number(answer.sequence())
                .number(answer.value().session())
                .fixed(answer.value().nonce()));
  }

  public At<SessionReport> session(byte[] payload) {
    return answer(payload, in -> new At<>(in.number(), new SessionReport(in.number(), in.fixed())));
  }

  /** Names follow the first page of each run of pages of one owner. */
  public byte[] pages(At<List<PageInfo>> answer) {
    return answer(
        out -> {
          out.number(answer.sequence()).number(answer.value().size());
          int owner = 0;
          for (PageInfo page : answer.value()) {
            page(out, page, owner);
            owner = page.partition();
          }
        });
  }

  private static void page(Sink out, PageInfo page, int ownerBefore) {
    out.number(page.frame())
        .code(PAGE_KINDS, page.kind())
        .orMinusOne(page.cell())
        .number(page.revocation())
        .number(page.reservation())
        .number(page.loan())
        .orMinusOne(page.guestFrame());
    Rights rights = page.rights();
    out.writeByte(rights == null ? NO_RIGHTS : rights.bits());
    out.number(page.partition());
    if (page.partition() != ownerBefore) {
      out.text(page.partitionName());
    }
  }

  public At<List<PageInfo>> pages(byte[] payload) {
    return answer(
        payload,
        in -> {
          long sequence = in.number();
          int count = in.integer();
          List<PageInfo> pages = new ArrayList<>(Math.clamp(count, 0, FrameList.MOST));
          Owner owner = new Owner(0, "");
          for (int i = 0; i < count; i++) {
            PageInfo page = page(in, owner);
            pages.add(page);
            owner = new Owner(page.partition(), page.partitionName());
          }
          return new At<>(sequence, pages);
        });
  }

  private record Owner(int number, String name) {}

  private static PageInfo page(Source in, Owner before) {
    long frame = in.number();
    PageInfo.Kind kind = in.code(PAGE_KINDS);
    int cell = Math.toIntExact(in.orMinusOne());
    long revocation = in.number();
    long reservation = in.number();
    long loan = in.number();
    long guestFrame = in.orMinusOne();
    int rights = in.readByte();
    int partition = in.integer();
    return new PageInfo(
        frame,
        kind,
        partition,
        partition == before.number() ? before.name() : in.text(),
        cell,
        revocation,
        reservation,
        loan,
        guestFrame,
        rights == NO_RIGHTS ? null : new Rights(rights));
  }

  /** The outcome, if there is one, is a document of its own inside. */
  public byte[] status(At<RequestReport> answer) {
    byte[] outcome = answer.value().outcome().map(codec::encodeOutcome).orElse(new byte[0]);
    return answer(
        out -> {
          out.number(answer.sequence());
          switch (answer.value().status()) {
            case RequestStatus.Answered(long sequence) -> out.number(0).number(sequence);
            case RequestStatus.NotSeen() -> out.number(1);
            case RequestStatus.Forgotten() -> out.number(2);
            case RequestStatus.SessionExpired() -> out.number(3);
          }
          out.number(outcome.length);
          out.writeBytes(outcome);
        });
  }

  public At<RequestReport> statusAnswer(byte[] payload) {
    return answer(
        payload,
        in -> {
          long sequence = in.number();
          RequestStatus status =
              switch (in.integer()) {
                case 0 -> new RequestStatus.Answered(in.number());
                case 1 -> new RequestStatus.NotSeen();
                case 2 -> new RequestStatus.Forgotten();
                case 3 -> new RequestStatus.SessionExpired();
                default -> throw new CodecException("a request's status in 0..3 expected");
              };
          int length = in.integer();
          if (length < 0 || length > payload.length) {
            throw new CodecException("an outcome of %d bytes announced".formatted(length));
          }
          byte[] outcome = in.readBytes(length);
          return new At<>(
              sequence,
              new RequestReport(
                  status,
                  length == 0 ? Optional.empty() : Optional.of(codec.decodeOutcome(outcome))));
        });
  }

  public byte[] standing(Standing answer) {
    return answer(
        out -> out.flag(answer.leads()).text(answer.leader().map(URI::toString).orElse("")));
  }

  public Standing standing(byte[] payload) {
    return answer(payload, in -> new Standing(in.flag(), address(in.text())));
  }

  public byte[] error(ErrorReport report) {
    return answer(
        out ->
            out.code(ERRORS, report.error())
                .text(report.message())
                .text(report.pointer().orElse(""))
                .text(report.found().orElse(""))
                .text(report.expected().orElse(""))
                .text(report.leader().map(URI::toString).orElse("")));
  }

  public ErrorReport error(byte[] payload) {
    return answer(
        payload,
        in ->
            new ErrorReport(
                in.code(ERRORS),
                in.text(),
                present(in.text()),
                present(in.text()),
                present(in.text()),
                address(in.text())));
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static Optional<URI> address(String text) {
    return present(text).map(URI::create);
  }

  private byte[] question(Consumer<Sink> body) {
    return codec.encodeMessage(Frames.MOST_QUESTION_BYTES, body);
  }

  private <T> T question(byte[] payload, Function<Source, T> body) {
    return codec.decodeMessage(Frames.MOST_QUESTION_BYTES, payload, body);
  }

  private byte[] answer(Consumer<Sink> body) {
    return codec.encodeMessage(Frames.MOST_ANSWER_BYTES, body);
  }

  private <T> T answer(byte[] payload, Function<Source, T> body) {
    return codec.decodeMessage(Frames.MOST_ANSWER_BYTES, payload, body);
  }
}
