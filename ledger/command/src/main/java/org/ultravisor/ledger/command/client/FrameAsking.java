package org.ultravisor.ledger.command.client;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.FrameList;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.frame.FrameKind;
import org.ultravisor.ledger.command.frame.Payloads;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.Transaction;

/** Everything that is asked over frames. */
final class FrameAsking {
  private final Links links;
  private final LedgerCodec codec = new LedgerCodec();
  private final Payloads payloads = new Payloads(codec);

  FrameAsking(Links links) {
    this.links = links;
  }

  Payloads payloads() {
    return payloads;
  }

  Attempt<SessionReport> session(SessionRequest request) {
    byte[] question = payloads.openSession(request);
    return attempt(
        FrameKind.OPEN_SESSION,
        () -> question,
        FrameKind.SESSION,
        answer -> payloads.session(answer).value());
  }

  Attempt<Outcome> transaction(Supplier<Transaction> transaction) {
    return attempt(
        FrameKind.SUBMIT,
        () -> codec.encodeTransaction(transaction.get()),
        FrameKind.OUTCOME,
        codec::decodeOutcome);
  }

  Attempt<Read<List<PageInfo>>> owners(List<Long> frames, Consistency consistency) {
    byte[] question =
        payloads.owners(new Payloads.OwnersQuestion(consistency, new FrameList(frames)));
    return attempt(
        FrameKind.OWNERS, () -> question, FrameKind.PAGES, answer -> read(payloads.pages(answer)));
  }

  Attempt<Read<RequestReport>> status(long session, long requestId) {
    byte[] question =
        payloads.status(new Payloads.StatusQuestion(Consistency.LINEARIZABLE, session, requestId));
    return attempt(
        FrameKind.REQUEST_STATUS,
        () -> question,
        FrameKind.STATUS,
        answer -> read(payloads.statusAnswer(answer)));
  }

  private static <T> Read<T> read(Payloads.At<T> answer) {
    return new Read<>(answer.sequence(), answer.value());
  }

  private <T> Attempt<T> attempt(
      FrameKind kind, Supplier<byte[]> question, FrameKind answerKind, Function<byte[], T> answer) {
    return new FrameAttempt<>(links, payloads, kind, question, answerKind, answer);
  }
}
