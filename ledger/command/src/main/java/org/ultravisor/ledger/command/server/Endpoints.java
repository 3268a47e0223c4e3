package org.ultravisor.ledger.command.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.command.CheckpointPage;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.TransactionJson;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/**
 * Everything that may be asked over the channel: the one table behind routes and document. What is
 * about the state alone is in {@link StateEndpoints}.
 */
final class Endpoints {
  private static final int MOST_LEAVES = 1000;
  private static final int MOST_FACTS = 20_000;

  private static final Form<SessionReport> SESSION = Forms.of(SessionReport.class);
  private static final Form<SessionRequest> SESSION_REQUEST = Forms.of(SessionRequest.class);
  private static final Form<RequestReport> REQUEST = Forms.of(RequestReport.class);
  private static final Form<List<LeafView>> LEAVES = Forms.listOf(LeafView.class);
  private static final Form<CheckpointPage> CHECKPOINT = Forms.of(CheckpointPage.class);
  private static final Form<ClusterStatus> STATUS = Forms.of(ClusterStatus.class);

  private final CommandBackend backend;
  private final Questions questions;
  private final List<Endpoint> all = new ArrayList<>();

  /**
   * @param stream answers the stream of leaves
   * @param forward passes a request on to the leader
   * @param metrics what is measured, as Prometheus reads it
   */
  Endpoints(
      CommandBackend backend,
      Endpoint.Handler stream,
      Forwarding forward,
      Supplier<String> metrics) {
    this.backend = backend;
    this.questions = new Questions(backend);
    all.add(
        Endpoint.post(
            "/v1/transactions",
            "Submits a transaction. 200: committed; 409: refused, nothing changed; 504: unknown,"
                + " ask again with the same ids.",
            TransactionJson.TRANSACTION,
            TransactionJson.OUTCOME,
            true,
            request -> forward.unlessHere(request, this::submit),
            new Parameter(
                "forward",
                "query",
                "boolean",
                "true: a replica that does not lead asks the leader itself; false (default): it"
                    + " answers 307")));
    all.add(
        Endpoint.post(
            "/v1/sessions",
            "Opens a session; the same nonce again gives the same session.",
            SESSION_REQUEST,
            SESSION,
            true,
            this::openSession));
    all.add(
        Endpoint.get(
            "/v1/requests/{session}/{request}",
            "Did it happen? What the ledger knows of a request by its ids.",
            REQUEST,
            this::requestStatus,
            Parameter.STALE));
    all.addAll(new StateEndpoints(backend).all());
    all.addAll(new ClusterEndpoints(backend.cluster()).all());
    all.add(
        Endpoint.get(
            "/v1/log",
            "Leaves of this replica's audit log, in order.",
            LEAVES,
            this::log,
            Parameter.FROM,
            new Parameter(
                "max",
                "query",
                "integer",
                "Most leaves wanted; 100 by default. Fewer may come: go on behind the last")));
    all.add(
        Endpoint.get(
            "/v1/log/stream",
            "Leaves as they come, as server-sent events whose id is the sequence; resumes behind"
                + " Last-Event-ID.",
            null,
            stream,
            Parameter.FROM));
    all.add(
        Endpoint.get(
            "/v1/log/checkpoint",
            "Part of the checkpoint that stands for compacted history; 404 if nothing is"
                + " compacted.",
            CHECKPOINT,
            this::checkpoint,
            new Parameter(
                "after",
                "query",
                "string",
                "Table (two digits) and key of the last record that came before, in hexadecimal")));
    all.add(
        Endpoint.get("/v1/status", "What this replica says of itself.", STATUS, r -> status(true)));
    all.add(
        Endpoint.get(
            "/v1/health",
            "200 unless this replica has failed or closed.",
            STATUS,
            r -> status(!List.of("FAILED", "CLOSED").contains(backend.status().lifeCycle()))));
    all.add(
        Endpoint.get(
            "/v1/ready",
            "200 if clients may be sent here; otherwise 503, and notReady says why.",
            STATUS,
            r -> status(backend.status().notReady().isEmpty())));
    all.add(
        Endpoint.get(
            "/metrics",
            "Metrics for Prometheus.",
            null,
            r -> done(Reply.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()))));
    all.add(
        Endpoint.get(
            "/v1/openapi.json",
            "This interface, as an OpenAPI document.",
            null,
            r -> done(Reply.text(200, Reply.JSON, OpenApi.document(all).toString()))));
  }

  List<Endpoint> all() {
    return List.copyOf(all);
  }

  private CompletionStage<Reply> submit(Request request) {
    Transaction transaction = request.body(TransactionJson.TRANSACTION);
    return backend
        .submit(request.principal(), transaction)
        .thenApplyAsync(
            outcome ->
                Reply.json(
                        outcome instanceof Outcome.Committed ? 200 : 409,
                        TransactionJson.OUTCOME,
                        outcome)
                    .at(outcome.sequence()),
            request.executor());
  }

  private CompletionStage<Reply> openSession(Request request) {
    return questions
        .openSession(request.principal(), request.body(SESSION_REQUEST))
        .thenApplyAsync(
            opening ->
                switch (opening) {
                  case Questions.Opening.Opened(var session) ->
                      Reply.json(200, SESSION, session.value()).at(session.sequence());
                  case Questions.Opening.Refused(var outcome) ->
                      Reply.json(409, TransactionJson.OUTCOME, outcome).at(outcome.sequence());
                  case Questions.Opening.Expired(long sequence) ->
                      StateEndpoints.notFound("the session has expired meanwhile").at(sequence);
                },
            request.executor());
  }

  private CompletionStage<Reply> requestStatus(Request request) {
    return questions
        .requestStatus(
            request.consistency(), request.pathNumber("session"), request.pathNumber("request"))
        .thenApplyAsync(
            seen -> Reply.json(200, REQUEST, seen.value()).at(seen.sequence()), request.executor());
  }

  private CompletionStage<Reply> log(Request request) {
    long from = request.queryNumber("from", 1, 1, Long.MAX_VALUE);
    int most = (int) request.queryNumber("max", 100, 1, MOST_LEAVES);
    return backend
        .leaves(from, most)
        .thenApplyAsync(
            leaves -> {
              List<LeafView> page = page(leaves);
              return Reply.json(200, LEAVES, page)
                  .at(page.isEmpty() ? from - 1 : page.getLast().sequence());
            },
            request.executor());
  }

  private CompletionStage<Reply> checkpoint(Request request) {
    return backend
        .checkpoint(request.queryHex("after"))
        .thenApplyAsync(
            found ->
                found
                    .map(page -> Reply.json(200, CHECKPOINT, page).at(page.through()))
                    .orElseGet(() -> StateEndpoints.notFound("no history is compacted here")),
            request.executor());
  }

  /** As many of the leaves, at least one, as make a body of a few megabytes. */
  private static List<LeafView> page(List<AuditLeaf> leaves) {
    List<LeafView> page = new ArrayList<>();
    int weight = 0;
    for (AuditLeaf audited : leaves) {
      LeafView leaf = LeafView.of(audited);
      weight += leaf.transaction().operations().size();
      if (leaf.outcome() instanceof Outcome.Committed committed) {
        weight += committed.events().size();
      }
      if (weight > MOST_FACTS && !page.isEmpty()) {
        break;
      }
      page.add(leaf);
    }
    return page;
  }

  private CompletionStage<Reply> status(boolean good) {
    ClusterStatus status = backend.status();
    return done(Reply.json(good ? 200 : 503, STATUS, status).at(status.sequence()));
  }

  private static CompletionStage<Reply> done(Reply reply) {
    return CompletableFuture.completedStage(reply);
  }
}
