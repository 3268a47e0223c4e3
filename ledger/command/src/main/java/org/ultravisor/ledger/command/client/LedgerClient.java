package org.ultravisor.ledger.command.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.BackupRequest;
import org.ultravisor.ledger.command.ChangeReport;
import org.ultravisor.ledger.command.CheckpointPage;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.FrameList;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.MemberRequest;
import org.ultravisor.ledger.command.MemoryRun;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.Secured;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.SnapshotReport;
import org.ultravisor.ledger.command.StateList;
import org.ultravisor.ledger.command.TransferRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.PathInfo;
import org.ultravisor.ledger.core.PendingInfo;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.Transaction;

/**
 * A cluster's client. Any thread; answers complete on the client's own thread, which they must not
 * keep waiting. Queries fail with {@link ClientException} if they are wrong, or if nobody answered
 * within the deadline.
 */
public final class LedgerClient implements AutoCloseable {
  private static final String STALE = "stale=true";

  private final Vertx vertx;
  private final Context context;
  private final HttpClient http;
  private final ClientOptions options;
  private final Exchange exchange;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Targets targets;
  private final Links links;
  private final FrameAsking framed;
  private final LeaderSearch search;
  private final Submitter submitter;
  private final Map<Long, CompletableFuture<?>> unanswered = new ConcurrentHashMap<>();
  private final AtomicLong asked = new AtomicLong();

  private LedgerClient(ClientOptions options) {
    this.options = options;
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    this.context = vertx.getOrCreateContext();
    this.http =
        vertx.createHttpClient(
            Secured.client(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setTcpNoDelay(true),
                options.tls()),
            new PoolOptions().setHttp2MaxSize(1));
    this.exchange = new Exchange(http);
    this.targets = new Targets(options.addresses());
    this.links =
        new Links(
            vertx,
            context,
            vertx.createHttpClient(
                Secured.client(new HttpClientOptions().setTcpNoDelay(true), options.tls())),
            options.attemptTimeout().toMillis());
    this.framed = new FrameAsking(links);
    this.search = new LeaderSearch(vertx, links, framed.payloads(), targets, options);
    this.submitter = new Submitter(options, asking());
  }

  private Submitter.Asking asking() {
    return new Submitter.Asking() {
      @Override
      public Attempt<SessionReport> session(SessionRequest request) {
        return overFrames() ? framed.session(request) : HttpAsking.session(exchange, request);
      }

      @Override
      public Attempt<Outcome> transaction(Supplier<Transaction> transaction) {
        return overFrames()
            ? framed.transaction(transaction)
            : HttpAsking.transaction(exchange, transaction);
      }

      @Override
      public <T> Future<Retry.End<T>> start(long deadlineNanos, Attempt<T> attempt) {
        return retry(deadlineNanos, attempt);
      }
    };
  }

  private boolean overFrames() {
    return options.channel() == ClientOptions.Channel.FRAMES;
  }

  /** Connects when first asked; opens its session when first submitting. */
  public static LedgerClient of(ClientOptions options) {
    return new LedgerClient(options);
  }

  // ---- transactions

  /** Submits a transaction that happens exactly once or not at all. */
  public CompletableFuture<Result> submit(Operation... operations) {
    return submit(List.of(), List.of(operations));
  }

  /**
   * Submits a transaction that happens exactly once or not at all. The future fails only with
   * {@link ClientException} if the transaction is wrong, or {@link
   * java.util.concurrent.RejectedExecutionException} if too many wait.
   */
  public CompletableFuture<Result> submit(
      List<Precondition> preconditions, List<Operation> operations) {
    long deadline = deadline();
    return here(() -> submitter.submit(preconditions, operations, deadline));
  }

  /**
   * Submits a transaction as it is, with the ids that it has, until its outcome is known or the
   * deadline has passed.
   */
  public CompletableFuture<Result> submitAsIs(Transaction transaction) {
    long deadline = deadline();
    return here(() -> submitter.submit(transaction, deadline));
  }

  /** Did it happen? */
  public CompletableFuture<Read<RequestReport>> requestStatus(long session, long requestId) {
    if (overFrames()) {
      return ask(framed.status(session, requestId));
    }
    return get(
        "/v1/requests/%d/%d".formatted(session, requestId),
        Forms.of(RequestReport.class),
        Consistency.LINEARIZABLE);
  }

  // ---- queries

  /** One of the lists that the state has. */
  public <T> CompletableFuture<Read<List<T>>> list(StateList<T> list, Consistency consistency) {
    return get(list.path(), Forms.listOf(list.type()), consistency);
  }

  /** The partition of this name; empty if there is none. */
  public CompletableFuture<Read<Optional<PartitionInfo>>> partition(
      String name, Consistency consistency) {
    return find("/v1/partitions/" + name, Forms.of(PartitionInfo.class), consistency);
  }

  /**
   * What the partition sees, by guest address; empty if there is no such partition.
   *
   * @param fromGuestFrame first guest frame wanted
   * @param most runs wanted, at most 10,000
   */
  public CompletableFuture<Read<Optional<List<MemoryRun>>>> memoryMap(
      String name, long fromGuestFrame, int most, Consistency consistency) {
    return find(
        "/v1/partitions/%s/memory?from=%d&max=%d".formatted(name, fromGuestFrame, most),
        Forms.listOf(MemoryRun.class),
        consistency);
  }

  /** What is under way for the partition, and for what it waits; empty if there is none. */
  public CompletableFuture<Read<Optional<List<PendingInfo>>>> pending(
      String name, Consistency consistency) {
    return find(
        "/v1/partitions/%s/pending".formatted(name), Forms.listOf(PendingInfo.class), consistency);
  }

  /**
   * The servers of the services that the partition was promised; empty if there is no such
   * partition.
   */
  public CompletableFuture<Read<Optional<List<PathInfo>>>> paths(
      String name, Consistency consistency) {
    return find(
        "/v1/partitions/%s/paths".formatted(name), Forms.listOf(PathInfo.class), consistency);
  }

  /** Who has a host frame. */
  public CompletableFuture<Read<PageInfo>> owner(long frame, Consistency consistency) {
    if (overFrames()) {
      return ask(framed.owners(List.of(frame), consistency))
          .thenApply(read -> new Read<>(read.sequence(), read.value().getFirst()));
    }
    return get("/v1/owner/" + frame, Forms.of(PageInfo.class), consistency);
  }

  /** Who has each of many host frames, at one sequence; at most {@link FrameList#MOST}. */
  public CompletableFuture<Read<List<PageInfo>>> owners(
      List<Long> frames, Consistency consistency) {
    if (overFrames()) {
      return ask(framed.owners(frames, consistency));
    }
    byte[] body = JsonText.write(Forms.of(FrameList.class), new FrameList(frames));
    return query(
        HttpMethod.POST,
        path("/v1/owners", consistency),
        Buffer.buffer(body),
        Forms.listOf(PageInfo.class));
  }

  /** Leaves of one replica's audit log, which may be behind; at most 1,000. */
  public CompletableFuture<Read<List<LeafView>>> log(long from, int most) {
    return get(
        "/v1/log?from=%d&max=%d".formatted(from, most),
        Forms.listOf(LeafView.class),
        Consistency.LINEARIZABLE);
  }

  /** What one replica says of itself now: that one, once. */
  public CompletableFuture<ClusterStatus> clusterStatus(URI replica) {
    Form<ClusterStatus> form = Forms.of(ClusterStatus.class);
    return here(
        () ->
            exchange
                .send(
                    replica,
                    HttpMethod.GET,
                    "/v1/status",
                    null,
                    options.attemptTimeout().toMillis())
                .map(response -> JsonText.readAnswer(form, response.body().getBytes())));
  }

  /**
   * Part of the checkpoint that some replica keeps for compacted history; empty if none is.
   *
   * @param after position of the record that comes before; empty for the first
   */
  public CompletableFuture<Read<Optional<CheckpointPage>>> checkpoint(String after) {
    return find(
        after.isEmpty() ? "/v1/log/checkpoint" : "/v1/log/checkpoint?after=" + after,
        Forms.of(CheckpointPage.class),
        Consistency.LINEARIZABLE);
  }

  // ---- operations

  /** Asks the leader for a change of members, or how far the same one is. */
  public CompletableFuture<ChangeReport> change(MemberRequest change) {
    return switch (change) {
      case MemberRequest.Add add -> change("add", Forms.of(MemberRequest.Add.class), add);
      case MemberRequest.Remove remove ->
          change("remove", Forms.of(MemberRequest.Remove.class), remove);
      case MemberRequest.Replace replace ->
          change("replace", Forms.of(MemberRequest.Replace.class), replace);
    };
  }

  /** Asks the leader to let another replica lead. */
  public CompletableFuture<ChangeReport> transfer(TransferRequest transfer) {
    return change("transfer", Forms.of(TransferRequest.class), transfer);
  }

  private <T> CompletableFuture<ChangeReport> change(String verb, Form<T> form, T request) {
    Buffer body = Buffer.buffer(JsonText.write(form, request));
    return read(
        HttpMethod.POST,
        "/v1/cluster/" + verb,
        body,
        response ->
            response.status() == 200 || response.status() == 409
                ? Optional.of(
                    JsonText.readAnswer(Forms.of(ChangeReport.class), response.body().getBytes()))
                : Optional.empty());
  }

  /** Takes a snapshot on one replica: that one, once. */
  public CompletableFuture<SnapshotReport> snapshot(URI replica) {
    return one(replica, "/v1/cluster/snapshot", null, Forms.of(SnapshotReport.class));
  }

  /** Asks one replica for a backup on its machine, or how far the same one is. */
  public CompletableFuture<ChangeReport> backup(URI replica, BackupRequest backup) {
    Buffer body = Buffer.buffer(JsonText.write(Forms.of(BackupRequest.class), backup));
    return one(replica, "/v1/cluster/backup", body, Forms.of(ChangeReport.class));
  }

  private <T> CompletableFuture<T> one(
      URI replica, String path, @Nullable Buffer body, Form<T> form) {
    long longest = options.deadline().toMillis();
    return here(
        () ->
            exchange
                .send(replica, HttpMethod.POST, path, body, longest)
                .compose(
                    response ->
                        response.status() == 200 || response.status() == 409
                            ? Future.succeededFuture(
                                JsonText.readAnswer(form, response.body().getBytes()))
                            : Future.failedFuture(
                                new ClientException(
                                    JsonText.readAnswer(
                                        Forms.of(ErrorReport.class),
                                        response.body().getBytes())))));
  }

  // ---- the stream of leaves

  /** Follows the audit log from a sequence on, until closed. */
  public Watch watch(long from, LeafListener listener) {
    Watch watch =
        new Watch(vertx, context, http, new Targets(options.addresses()), options, from, listener);
    context.runOnContext(nothing -> watch.connect());
    return watch;
  }

  /**
   * Ends everything, once. What was not answered fails, and may have happened or happen yet. Not to
   * be called on the client's own thread.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    exchange.close();
    context.runOnContext(nothing -> links.close());
    vertx.close().toCompletionStage().toCompletableFuture().join();
    unanswered.values().forEach(future -> future.completeExceptionally(ClientException.closed()));
  }

  private <T> CompletableFuture<Read<T>> get(String path, Form<T> form, Consistency consistency) {
    return query(HttpMethod.GET, path(path, consistency), null, form);
  }

  private <T> CompletableFuture<Read<T>> query(
      HttpMethod method, String path, @Nullable Buffer body, Form<T> form) {
    return read(
        method,
        path,
        body,
        response ->
            response.status() == 200
                ? Optional.of(
                    new Read<>(
                        sequence(response), JsonText.readAnswer(form, response.body().getBytes())))
                : Optional.empty());
  }

  private <T> CompletableFuture<Read<Optional<T>>> find(
      String path, Form<T> form, Consistency consistency) {
    return read(
        HttpMethod.GET,
        path(path, consistency),
        null,
        response ->
            switch (response.status()) {
              case 200 ->
                  Optional.of(
                      new Read<>(
                          sequence(response),
                          Optional.of(JsonText.readAnswer(form, response.body().getBytes()))));
              case 404 -> Optional.of(new Read<>(sequence(response), Optional.empty()));
              default -> Optional.empty();
            });
  }

  private <T> CompletableFuture<T> read(
      HttpMethod method,
      String path,
      @Nullable Buffer body,
      Function<Exchange.Response, Optional<T>> answer) {
    return ask(new HttpAttempt<>(exchange, method, path, () -> body, answer));
  }

  private <T> CompletableFuture<T> ask(Attempt<T> attempt) {
    long deadline = deadline();
    return here(
        () ->
            retry(deadline, attempt)
                .compose(
                    end ->
                        end.value() != null
                            ? Future.succeededFuture(end.value())
                            : Future.failedFuture(ClientException.noAnswer(end.why()))));
  }

  private <T> Future<Retry.End<T>> retry(long deadlineNanos, Attempt<T> attempt) {
    return new Retry<>(
            vertx,
            targets,
            options,
            overFrames() ? search : null,
            exchange::closed,
            deadlineNanos,
            attempt)
        .start();
  }

  private static String path(String path, Consistency consistency) {
    return consistency == Consistency.LINEARIZABLE
        ? path
        : path + (path.contains("?") ? "&" : "?") + STALE;
  }

  private static long sequence(Exchange.Response response) {
    String text = response.headers().get("X-Ledger-Sequence");
    return text == null ? 0 : Long.parseLong(text);
  }

  private long deadline() {
    return System.nanoTime() + options.deadline().toNanos();
  }

  private <T> CompletableFuture<T> here(Supplier<Future<T>> task) {
    CompletableFuture<T> future = new CompletableFuture<>();
    long number = asked.incrementAndGet();
    unanswered.put(number, future);
    if (exchange.closed()) {
      unanswered.remove(number);
      throw ClientException.closed();
    }
    context.runOnContext(
        nothing ->
            task.get()
                .onComplete(
                    value -> {
                      unanswered.remove(number);
                      future.complete(value);
                    },
                    failure -> {
                      unanswered.remove(number);
                      future.completeExceptionally(failure);
                    }));
    return future;
  }
}
