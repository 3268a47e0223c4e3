package org.ultravisor.ledger.command.client;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ultravisor.ledger.command.frame.FrameKind;

/** A connection to each replica that is asked over frames. On the client's thread. */
final class Links {
  private final Vertx vertx;
  private final Context context;
  private final HttpClient http;
  private final long connectMillis;
  private final Map<URI, Link> links = new HashMap<>();

  /**
   * @param http for HTTP/1.1, which connections are before they carry frames
   * @param connectMillis how long connecting may take
   */
  Links(Vertx vertx, Context context, HttpClient http, long connectMillis) {
    this.vertx = vertx;
    this.context = context;
    this.http = http;
    this.connectMillis = connectMillis;
  }

  /** Asks over the connection that there is, or over a new one. */
  void ask(URI target, FrameKind kind, byte[] payload, long timeoutMillis, Link.Asker asker) {
    Link link = links.get(target);
    if (link == null) {
      link = new Link(vertx, context, target, () -> links.remove(target));
      links.put(target, link);
      link.connect(http, connectMillis);
    }
    link.ask(kind, payload, timeoutMillis, asker);
  }

  /** Ends all connections. */
  void close() {
    List.copyOf(links.values()).forEach(link -> link.end("the client is closed"));
  }
}
