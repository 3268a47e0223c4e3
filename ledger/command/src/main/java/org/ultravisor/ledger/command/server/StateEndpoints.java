package org.ultravisor.ledger.command.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.FrameList;
import org.ultravisor.ledger.command.MemoryRun;
import org.ultravisor.ledger.command.StateList;
import org.ultravisor.ledger.command.frame.Payloads.At;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.PathInfo;
import org.ultravisor.ledger.core.PendingInfo;
import org.ultravisor.mapping.MemoryMapView;
import org.ultravisor.mapping.PageRange;

/** What may be asked of the state: lists, one thing by its name, and who has a page. */
final class StateEndpoints {
  private static final int USUAL_RUNS = 1000;
  private static final int MOST_RUNS = 10_000;

  private static final Form<PartitionInfo> PARTITION = Forms.of(PartitionInfo.class);
  private static final Form<PageInfo> PAGE = Forms.of(PageInfo.class);
  private static final Form<List<PageInfo>> PAGES = Forms.listOf(PageInfo.class);
  private static final Form<FrameList> FRAMES = Forms.of(FrameList.class);
  private static final Form<List<MemoryRun>> RUNS = Forms.listOf(MemoryRun.class);

  private static final Form<List<PendingInfo>> PENDING = Forms.listOf(PendingInfo.class);
  private static final Form<List<PathInfo>> PATHS = Forms.listOf(PathInfo.class);

  private final CommandBackend backend;

  StateEndpoints(CommandBackend backend) {
    this.backend = backend;
  }

  List<Endpoint> all() {
    List<Endpoint> all = new ArrayList<>();
    StateList.all().forEach(list -> all.add(list(list)));
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
    all.add(
        Endpoint.get(
            "/v1/partitions/{name}/pending",
            "Why something is not there yet: what is under way, and for what it waits.",
            PENDING,
            this::pending,
            Parameter.STALE));
    all.add(
        Endpoint.get(
            "/v1/partitions/{name}/paths",
            "The servers of the services that a partition was promised, and which are paths now.",
            PATHS,
            request -> ofPartition(request, PATHS, LedgerQueries::paths),
            Parameter.STALE));
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
    return all;
  }

  private <T> Endpoint list(StateList<T> list) {
    Form<List<T>> form = Forms.listOf(list.type());
    return Endpoint.get(
        list.path(),
        list.summary(),
        form,
        request -> read(request, list.query(), values -> Reply.json(200, form, values)),
        Parameter.STALE);
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
    long from = request.queryNumber("from", 0, 0, MemoryMapView.GUEST_LIMIT - 1);
    int most = (int) request.queryNumber("max", USUAL_RUNS, 1, MOST_RUNS);
    return ofPartition(request, RUNS, (ledger, id) -> runs(ledger.memoryMap(id), from, most));
  }

  private CompletionStage<Reply> pending(Request request) {
    return ofPartition(request, PENDING, LedgerQueries::pending);
  }

  /** What a query says of the partition that the path names, if there is one. */
  private <T> CompletionStage<Reply> ofPartition(
      Request request, Form<T> form, BiFunction<LedgerQueries, Integer, T> query) {
    String name = request.path("name");
    return read(
        request,
        ledger -> ledger.partition(name).map(found -> query.apply(ledger, found.id())),
        found ->
            found
                .map(value -> Reply.json(200, form, value))
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
    return new Questions(backend)
        .owners(request.consistency(), request.body(FRAMES))
        .thenApplyAsync(
            seen -> Reply.json(200, PAGES, seen.value()).at(seen.sequence()), request.executor());
  }

  private <T> CompletionStage<Reply> read(
      Request request, Function<LedgerQueries, T> query, Function<T, Reply> reply) {
    return backend
        .<At<T>>read(
            request.consistency(), ledger -> new At<>(ledger.sequence(), query.apply(ledger)))
        .thenApplyAsync(seen -> reply.apply(seen.value()).at(seen.sequence()), request.executor());
  }

  static Reply notFound(String message) {
    return Reply.error(ErrorReport.of(ErrorReport.Kind.NOT_FOUND, message));
  }
}
