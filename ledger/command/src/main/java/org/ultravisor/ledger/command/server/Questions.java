package org.ultravisor.ledger.command.server;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.FrameList;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.frame.Payloads.At;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.ledger.core.Transaction;

/** What is asked over HTTP and over frames alike. Any thread. */
final class Questions {
  private final CommandBackend backend;

  Questions(CommandBackend backend) {
    this.backend = backend;
  }

  /** What became of opening a session. */
  sealed interface Opening {
    /** The session is open. */
    record Opened(At<SessionReport> session) implements Opening {}

    /** The transaction that should have opened it was refused. */
    record Refused(Outcome outcome) implements Opening {}

    /** It was opened before, and has expired since. */
    record Expired(long sequence) implements Opening {}
  }

  CompletionStage<Opening> openSession(Principal principal, SessionRequest asked) {
    Transaction open;
    try {
      open = Transaction.sessionless(asked.issuer(), new Operation.OpenSession(asked.nonce()));
    } catch (IllegalArgumentException e) {
      BadRequest bad = new BadRequest("/issuer", String.valueOf(e.getMessage()), "a name");
      bad.initCause(e);
      throw bad;
    }
    return backend.submit(principal, open).thenCompose(outcome -> opening(outcome, asked.nonce()));
  }

  private CompletionStage<Opening> opening(Outcome outcome, long nonce) {
    if (!(outcome instanceof Outcome.Committed committed)) {
      return CompletableFuture.completedStage(new Opening.Refused(outcome));
    }
    for (Event event : committed.events()) {
      if (event instanceof Event.SessionOpened opened && opened.nonce() == nonce) {
        SessionReport session = new SessionReport(opened.session(), nonce);
        return CompletableFuture.completedStage(
            new Opening.Opened(new At<>(outcome.sequence(), session)));
      }
    }
    return backend.read(
        Consistency.LINEARIZABLE,
        ledger ->
            ledger
                .sessionByNonce(nonce)
                .<Opening>map(
                    found ->
                        new Opening.Opened(
                            new At<>(ledger.sequence(), new SessionReport(found.session(), nonce))))
                .orElseGet(() -> new Opening.Expired(ledger.sequence())));
  }

  /** Did it happen? The outcome is found in its leaf. */
  CompletionStage<At<RequestReport>> requestStatus(
      Consistency consistency, long session, long requestId) {
    return backend
        .read(
            consistency,
            ledger -> new At<>(ledger.sequence(), ledger.requestStatus(session, requestId)))
        .thenCompose(
            seen ->
                outcomeOf(seen.value())
                    .thenApply(
                        outcome ->
                            new At<>(seen.sequence(), new RequestReport(seen.value(), outcome))));
  }

  private CompletionStage<Optional<Outcome>> outcomeOf(RequestStatus status) {
    return status instanceof RequestStatus.Answered(long sequence)
        ? backend
            .leaves(sequence, 1)
            .thenApply(
                leaves -> leaves.stream().map(audited -> audited.leaf().outcome()).findFirst())
        : CompletableFuture.completedStage(Optional.empty());
  }

  /** Who has frames, all at one sequence. */
  CompletionStage<At<List<PageInfo>>> owners(Consistency consistency, FrameList frames) {
    return backend.readBriefly(
        consistency,
        ledger ->
            new At<>(ledger.sequence(), frames.frames().stream().map(ledger::ownerOf).toList()));
  }
}
