package org.ultravisor.ledger.command.server;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.Secured;
import org.ultravisor.ledger.command.frame.Frames;
import org.ultravisor.ledger.command.json.BadRequest;

/**
 * A replica's command channel: HTTP/2 and HTTP/1.1 on one address, with mutual TLS or in plain
 * text, and frames on the connections that ask for them. Answers on an event loop of its own; the
 * backend does the work.
 */
public final class CommandServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommandServer.class);
  private static final int MOST_CONCURRENT_REQUESTS = 2048;
  private static final int LONG_BODY = 64 << 10;

  private final Vertx vertx;
  private final CommandBackend backend;
  private final ClusterGate gate;
  private final ServerOptions options;
  private final FrameLimits limits;
  private final ChannelMetrics metrics;
  private final Callers callers;
  private final Endpoints endpoints;
  private final HttpServer server;

  private CommandServer(
      Vertx vertx,
      CommandBackend backend,
      ServerOptions options,
      FrameLimits limits,
      PrometheusMeterRegistry registry) {
    this.vertx = vertx;
    this.limits = limits;
    this.backend = backend;
    this.gate = new ClusterGate(backend);
    this.options = options;
    this.metrics = new ChannelMetrics(registry, backend);
    this.callers = new Callers(options.tls(), options.limits(), metrics.connections());
    HttpClient toLeader =
        vertx.createHttpClient(
            Secured.client(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false),
                options.tls()));
    this.endpoints =
        new Endpoints(
            backend,
            this::stream,
            new Forwarding(toLeader, options.requestTimeout()),
            registry::scrape);
    this.server =
        vertx
            .createHttpServer(
                Secured.server(serverOptions(options), options.tls(), options.limits().patience()))
            .connectionHandler(this::connected)
            .exceptionHandler(CommandServer::refused)
            .requestHandler(router());
  }

  private static HttpServerOptions serverOptions(ServerOptions options) {
    ChannelLimits limits = options.limits();
    return new HttpServerOptions()
        .setHost(options.host())
        .setPort(options.port())
        .setMaxHeaderSize(limits.headerBytes())
        .setTcpNoDelay(true)
        .setIdleTimeout(Math.toIntExact(limits.idle().toSeconds()))
        .setInitialSettings(
            new Http2Settings()
                .setMaxHeaderListSize(limits.headerBytes())
                .setMaxConcurrentStreams(MOST_CONCURRENT_REQUESTS));
  }

  /**
   * Listens. The registry may have other meters, too; all are served at {@code /metrics}.
   *
   * @throws IOException if the address cannot be listened at
   */
  public static CommandServer start(
      ServerOptions options, CommandBackend backend, PrometheusMeterRegistry registry)
      throws IOException {
    return start(options, FrameLimits.DEFAULT, backend, registry);
  }

  static CommandServer start(
      ServerOptions options,
      FrameLimits limits,
      CommandBackend backend,
      PrometheusMeterRegistry registry)
      throws IOException {
    Vertx vertx = Vertx.vertx();
    CommandServer started = new CommandServer(vertx, backend, options, limits, registry);
    try {
      started.server.listen().toCompletionStage().toCompletableFuture().join();
      return started;
    } catch (CompletionException e) {
      vertx.close().toCompletionStage().toCompletableFuture().join();
      throw new IOException(
          "the command channel cannot listen at %s port %d: %s"
              .formatted(options.host(), options.port(), Errors.cause(e).getMessage()),
          e);
    }
  }

  /** Where clients reach it. */
  public URI address() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return URI.create(
        (options.tls() == null ? "http://" : "https://") + host + ":" + server.actualPort());
  }

  /** The OpenAPI document, as served at {@code /v1/openapi.json}. */
  public String openApi() {
    return OpenApi.document(endpoints.all()).toString();
  }

  /** Stops listening and ends all connections. What is asked of the backend goes on there. */
  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Closes connections of clients whose certificates are trusted no more. Any thread. */
  public void recheckClients() {
    callers.recheck();
  }

  private void connected(HttpConnection connection) {
    callers.connected(connection);
    vertx.setTimer(
        options.limits().patience().toMillis(),
        _ -> {
          if (callers.silent(connection)) {
            LOG.info("Closed a connection from {}: no request yet", connection.remoteAddress());
            connection.close();
          }
        });
  }

  private static void refused(Throwable failure) {
    LOG.warn("A connection was refused or broke before its first request: {}", failure.toString());
  }

  private Router router() {
    Router router = Router.router(vertx);
    router.get(Frames.PATH).handler(this::upgrade);
    BodyHandler bodies = BodyHandler.create(false).setBodyLimit(options.limits().bodyBytes());
    for (Endpoint endpoint : endpoints.all()) {
      boolean hasBody = endpoint.request() != null;
      if (hasBody) {
        router.route(endpoint.method(), endpoint.route()).handler(CommandServer::requireJson);
        router.route(endpoint.method(), endpoint.route()).handler(this::boundBody);
      }
      Route route = router.route(endpoint.method(), endpoint.route());
      if (hasBody) {
        route.handler(bodies);
      }
      route.handler(routing -> answer(endpoint, routing));
      route.failureHandler(routing -> failed(endpoint, routing));
    }
    router.errorHandler(
        404, routing -> sendError(routing, ErrorReport.Kind.NOT_FOUND, "there is no such path"));
    router.errorHandler(
        405,
        routing ->
            sendError(routing, ErrorReport.Kind.METHOD_NOT_ALLOWED, "this path has other methods"));
    return router;
  }

  /** From here on the connection carries frames. */
  private void upgrade(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    String wanted = request.getHeader("Upgrade");
    if (request.version() != HttpVersion.HTTP_1_1 || !Frames.PROTOCOL.equals(wanted)) {
      sendError(
          routing,
          ErrorReport.Kind.BAD_REQUEST,
          "found %s with Upgrade %s; expected HTTP/1.1 with Connection: Upgrade and Upgrade: %s"
              .formatted(request.version().alpnName(), wanted, Frames.PROTOCOL));
      return;
    }
    Callers.Caller caller = callers.of(request.connection());
    caller.asks();
    request.response().putHeader("Connection", "Upgrade").putHeader("Upgrade", Frames.PROTOCOL);
    request
        .toNetSocket()
        .onComplete(
            socket -> {
              caller.upgraded(socket::close);
              new FrameConnection(
                      vertx, socket, caller, backend, limits, options.requestTimeout(), metrics)
                  .start();
            },
            failure -> LOG.debug("{} was not upgraded", request.remoteAddress(), failure));
  }

  /** A body that dribbles in would hold its connection for as long as it likes. */
  private void boundBody(RoutingContext routing) {
    if (!routing.request().isEnded()) {
      long timer =
          vertx.setTimer(
              options.limits().patience().toMillis(),
              _ -> {
                if (!routing.request().isEnded()) {
                  LOG.info(
                      "Closed a connection from {}: its request's body takes too long",
                      routing.request().remoteAddress());
                  routing.request().connection().close();
                }
              });
      routing.addEndHandler(_ -> vertx.cancelTimer(timer));
    }
    routing.next();
  }

  /** Browsers send other types to other sites' servers unasked; this one they may not. */
  private static void requireJson(RoutingContext routing) {
    String type = routing.request().getHeader("Content-Type");
    if (type != null && type.split(";", 2)[0].strip().equalsIgnoreCase(Reply.JSON)) {
      routing.next();
    } else {
      sendError(
          routing,
          ErrorReport.Kind.UNSUPPORTED_MEDIA_TYPE,
          "found Content-Type %s; expected %s".formatted(type, Reply.JSON));
    }
  }

  private void answer(Endpoint endpoint, RoutingContext routing) {
    long start = System.nanoTime();
    Context context = vertx.getOrCreateContext();
    Request request = new Request(routing, context, callers);
    CompletionStage<Reply> reply =
        request.body().length() > LONG_BODY
            ? vertx
                .executeBlocking(() -> handle(endpoint, request), false)
                .toCompletionStage()
                .thenCompose(stage -> stage)
            : handle(endpoint, request);
    Future.fromCompletionStage(reply, context)
        .timeout(options.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            good -> answered(endpoint, routing, good, start),
            failure -> {
              if (routing.response().headWritten()) { // a stream, which has begun
                LOG.debug("{} is over or long: {}", request.uri(), failure.toString());
              } else {
                Reply error = Errors.reply(failure, request, endpoint.changes());
                answered(endpoint, routing, error, start);
              }
            });
  }

  private void answered(Endpoint endpoint, RoutingContext routing, Reply reply, long start) {
    send(routing, reply);
    metrics.answered(endpoint, reply.status(), start);
  }

  private CompletionStage<Reply> handle(Endpoint endpoint, Request request) {
    try {
      request.caller().asks();
      for (String name : request.routing().queryParams().names()) {
        if (!endpoint.knows(name)) {
          throw new BadRequest(
              "parameter " + name,
              "an unknown parameter",
              "one of " + endpoint.parameters().stream().map(Parameter::name).toList());
        }
      }
      return endpoint.path().startsWith(ClusterEndpoints.PATHS)
          ? gate.pass(request, endpoint)
          : endpoint.handler().handle(request);
    } catch (BadRequest | CommandFailure e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void failed(Endpoint endpoint, RoutingContext routing) {
    if (routing.statusCode() == 413) {
      sendError(
          routing,
          ErrorReport.Kind.TOO_LARGE,
          "the body is longer than %d bytes".formatted(options.limits().bodyBytes()));
    } else {
      Throwable failure =
          routing.failure() == null
              ? new IllegalStateException("status " + routing.statusCode())
              : routing.failure();
      send(
          routing,
          Errors.reply(
              failure,
              new Request(routing, vertx.getOrCreateContext(), callers),
              endpoint.changes()));
    }
  }

  private static void sendError(RoutingContext routing, ErrorReport.Kind kind, String message) {
    send(routing, Reply.error(ErrorReport.of(kind, message)));
  }

  private static void send(RoutingContext routing, Reply reply) {
    HttpServerResponse response = routing.response();
    if (response.ended() || response.closed()) {
      return;
    }
    reply.headers().forEach(response::putHeader);
    response
        .setStatusCode(reply.status())
        .putHeader("Content-Type", reply.type())
        .putHeader("X-Content-Type-Options", "nosniff")
        .end(reply.body());
  }

  /** The stream of leaves: its reply never comes, since the response is the stream's. */
  private CompletionStage<Reply> stream(Request request) {
    long from = request.queryNumber(Parameter.FROM.name(), 1, 1, Long.MAX_VALUE);
    String last = request.header("Last-Event-ID");
    if (last != null) {
      if (!last.matches("[0-9]{1,18}")) {
        throw new BadRequest("header Last-Event-ID", "'" + last + "'", "a sequence");
      }
      from = Long.parseLong(last) + 1;
    }
    if (metrics.streams().incrementAndGet() > options.mostStreams()) {
      metrics.streams().decrementAndGet();
      throw new CommandFailure.Busy(
          "%d streams are open, the most there may be".formatted(options.mostStreams()));
    }
    AtomicBoolean closed = new AtomicBoolean();
    CompletableFuture<Reply> never = new CompletableFuture<>();
    new LeafStream(
            vertx,
            backend,
            request,
            options,
            from,
            () -> {
              if (closed.compareAndSet(false, true)) {
                metrics.streams().decrementAndGet();
                never.cancel(false);
              }
            })
        .start();
    return never;
  }
}
