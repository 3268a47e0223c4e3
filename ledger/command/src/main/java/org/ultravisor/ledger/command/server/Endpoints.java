package org.ultravisor.ledger.command.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.FrameList;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.MemoryRun;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.TransactionJson;
import org.ultravisor.ledger.core.DeviceInfo;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.MemoryRegionInfo;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.ProcessorInfo;
import org.ultravisor.ledger.core.ReplicaInfo;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.ledger.core.SessionInfo;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.MemoryMapView;
import org.ultravisor.mapping.PageRange;

/** Everything that may be asked over the channel: the one table behind routes and document. */
final class Endpoints {
  private static final int MOST_LEAVES = 1000;
  private static final int MOST_RUNS = 10_000;
  private static final int MOST_FACTS = 20_000;

  private static final Form<SessionReport> SESSION = Forms.of(SessionReport.class);
  private static final Form<SessionRequest> SESSION_REQUEST = Forms.of(SessionRequest.class);
  private static final Form<RequestReport> REQUEST = Forms.of(RequestReport.class);
  private static final Form<PartitionInfo> PARTITION = Forms.of(PartitionInfo.class);
  private static final Form<PageInfo> PAGE = Forms.of(PageInfo.class);
  private static final Form<List<PageInfo>> PAGES = Forms.listOf(PageInfo.class);
  private static final Form<FrameList> FRAMES = Forms.of(FrameList.class);
  private static final Form<List<MemoryRun>> RUNS = Forms.listOf(MemoryRun.class);
  private static final Form<List<LeafView>> LEAVES = Forms.listOf(LeafView.class);
  private static final Form<ClusterStatus> STATUS = Forms.of(ClusterStatus.class);

  private final CommandBackend backend;
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
    list("/v1/partitions", "All partitions.", PartitionInfo.class, LedgerQueries::partitions);
    all.add(
        Endpoint.get(
            "/v1/partitions/{name}",
            "One partition.",
            PARTITION,
            this::partition,
            Parameter.STALE));
    all.add(
        Endpoint.get(
            "/v1/partitions/{name}/memory",
            "What a partition sees: runs of guest frames, by guest address.",
            RUNS,
            this::memoryMap,
            Parameter.STALE,
            new Parameter("from", "query", "integer", "First guest frame wanted; 0 by default"),
            new Parameter("max", "query", "integer", "Most runs wanted; 1000 by default")));
    list("/v1/memory", "Installed memory.", MemoryRegionInfo.class, LedgerQueries::memory);
    list("/v1/devices", "Installed devices.", DeviceInfo.class, LedgerQueries::devices);
    list("/v1/processors", "Installed processors.", ProcessorInfo.class, LedgerQueries::processors);
    list(
        "/v1/revocations",
        "Pending revocations, oldest first.",
        RevocationInfo.class,
        LedgerQueries::revocations);
    list("/v1/monitors", "Attached monitors.", MonitorInfo.class, LedgerQueries::monitors);
    list("/v1/hosts", "Attached hosts.", HostInfo.class, LedgerQueries::hosts);
    list("/v1/replicas", "Attached replicas.", ReplicaInfo.class, LedgerQueries::replicas);
    list("/v1/sessions", "Open sessions.", SessionInfo.class, LedgerQueries::sessions);
    all.add(
        Endpoint.get(
            "/v1/owner/{frame}", "Who has a host frame.", PAGE, this::owner, Parameter.STALE));
    all.add(
        Endpoint.post(
            "/v1/owners",
            "Who has each of many host frames, at one sequence.",
            FRAMES,
            PAGES,
            false,
            this::owners,
            Parameter.STALE));
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
            "200 if this replica can answer; 503 otherwise.",
            STATUS,
            r -> status(backend.status().ready())));
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

  private <T> void list(
      String path, String summary, Class<T> type, Function<LedgerQueries, List<T>> query) {
    Form<List<T>> form = Forms.listOf(type);
    all.add(
        Endpoint.get(
            path,
            summary,
            form,
            request -> read(request, query, values -> Reply.json(200, form, values)),
            Parameter.STALE));
  }

  private CompletionStage<Reply> submit(Request request) {
    Transaction transaction = request.body(TransactionJson.TRANSACTION);
    return backend
        .submit(transaction)
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
    SessionRequest asked = request.body(SESSION_REQUEST);
    Transaction open;
    try {
      open = Transaction.sessionless(asked.issuer(), new Operation.OpenSession(asked.nonce()));
    } catch (IllegalArgumentException e) {
      BadRequest bad = new BadRequest("/issuer", String.valueOf(e.getMessage()), "a name");
      bad.initCause(e);
      throw bad;
    }
    return backend
        .submit(open)
        .thenComposeAsync(outcome -> session(outcome, asked.nonce()), request.executor());
  }

  private CompletionStage<Reply> session(Outcome outcome, long nonce) {
    if (outcome instanceof Outcome.Committed committed) {
      for (Event event : committed.events()) {
        if (event instanceof Event.SessionOpened opened && opened.nonce() == nonce) {
          return done(
              Reply.json(200, SESSION, new SessionReport(opened.session(), nonce))
                  .at(outcome.sequence()));
        }
      }
      return backend.read(
          Consistency.LINEARIZABLE,
          ledger ->
              ledger
                  .sessionByNonce(nonce)
                  .map(found -> Reply.json(200, SESSION, new SessionReport(found.session(), nonce)))
                  .orElseGet(() -> notFound("the session has expired meanwhile"))
                  .at(ledger.sequence()));
    }
    return done(Reply.json(409, TransactionJson.OUTCOME, outcome).at(outcome.sequence()));
  }

  private CompletionStage<Reply> requestStatus(Request request) {
    long session = request.pathNumber("session");
    long id = request.pathNumber("request");
    return backend
        .read(
            request.consistency(),
            ledger -> new Seen<>(ledger.sequence(), ledger.requestStatus(session, id)))
        .thenComposeAsync(
            seen ->
                outcomeOf(seen.value())
                    .thenApplyAsync(
                        outcome ->
                            Reply.json(200, REQUEST, new RequestReport(seen.value(), outcome))
                                .at(seen.sequence()),
                        request.executor()),
            request.executor());
  }

  private CompletionStage<Optional<Outcome>> outcomeOf(RequestStatus status) {
    return status instanceof RequestStatus.Answered(long sequence)
        ? backend
            .leaves(sequence, 1)
            .thenApply(
                leaves -> leaves.stream().map(audited -> audited.leaf().outcome()).findFirst())
        : CompletableFuture.completedStage(Optional.empty());
  }

  private CompletionStage<Reply> partition(Request request) {
    String name = request.path("name");
    return read(
        request,
        ledger -> ledger.partition(name),
        found ->
            found
                .map(partition -> Reply.json(200, PARTITION, partition))
                .orElseGet(() -> notFound("no partition is named '" + name + "'")));
  }

  private CompletionStage<Reply> memoryMap(Request request) {
    String name = request.path("name");
    long from = request.queryNumber("from", 0, 0, MemoryMapView.GUEST_LIMIT - 1);
    int most = (int) request.queryNumber("max", MOST_LEAVES, 1, MOST_RUNS);
    return read(
        request,
        ledger -> ledger.partition(name).map(p -> runs(ledger.memoryMap(p.id()), from, most)),
        found ->
            found
                .map(runs -> Reply.json(200, RUNS, runs))
                .orElseGet(() -> notFound("no partition is named '" + name + "'")));
  }

  private static List<MemoryRun> runs(MemoryMapView map, long from, int most) {
    List<MemoryRun> runs = new ArrayList<>();
    map.forEachRun(
        from,
        MemoryMapView.GUEST_LIMIT - from,
        (guestFrame, hostFrame, count, rights) -> {
          if (runs.size() < most) {
            runs.add(new MemoryRun(guestFrame, hostFrame, count, rights));
          }
        });
    return runs;
  }

  private CompletionStage<Reply> owner(Request request) {
    long frame = request.pathNumber("frame");
    if (frame >= PageRange.FRAME_LIMIT) {
      throw new BadRequest("parameter frame", "frame " + frame, "a frame below 2^60");
    }
    return read(request, ledger -> ledger.ownerOf(frame), page -> Reply.json(200, PAGE, page));
  }

  private CompletionStage<Reply> owners(Request request) {
    FrameList asked = request.body(FRAMES);
    return read(
        request,
        ledger -> asked.frames().stream().map(ledger::ownerOf).toList(),
        pages -> Reply.json(200, PAGES, pages));
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

  private <T> CompletionStage<Reply> read(
      Request request, Function<LedgerQueries, T> query, Function<T, Reply> reply) {
    return backend
        .<Seen<T>>read(
            request.consistency(), ledger -> new Seen<>(ledger.sequence(), query.apply(ledger)))
        .thenApplyAsync(seen -> reply.apply(seen.value()).at(seen.sequence()), request.executor());
  }

  /** A value and the sequence of the state that it was seen in. */
  private record Seen<T>(long sequence, T value) {}

  private static Reply notFound(String message) {
    return Reply.error(ErrorReport.of(ErrorReport.Kind.NOT_FOUND, message));
  }

  private static CompletionStage<Reply> done(Reply reply) {
    return CompletableFuture.completedStage(reply);
  }
}
