package org.ultravisor.ledger.command.server;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.Principal;

/** A request as endpoints see it: typed parameters, a parsed body, and where to go on. */
final class Request {
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}");
  private static final Pattern BYTES = Pattern.compile("([0-9a-f]{2})*+");
  private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,15}");

  private final RoutingContext routing;
  private final Context context;
  private final Callers callers;

  Request(RoutingContext routing, Context context, Callers callers) {
    this.routing = routing;
    this.context = context;
    this.callers = callers;
  }

  /** Runs tasks on this request's own thread. */
  Executor executor() {
    return task -> context.runOnContext(nothing -> task.run());
  }

  RoutingContext routing() {
    return routing;
  }

  /** Who sent it. */
  Callers.Caller caller() {
    return callers.of(routing.request().connection());
  }

  /** Who asks: the sender, or for whom a replica passes it on. */
  Principal principal() {
    return Delegation.principal(caller().principal(), header(Delegation.HEADER));
  }

  /** Path and query as they were asked for. */
  String uri() {
    return routing.request().uri();
  }

  @Nullable String header(String name) {
    return routing.request().getHeader(name);
  }

  String path(String name) {
    return Objects.requireNonNull(routing.pathParam(name), name);
  }

  long pathNumber(String name) {
    return number(name, path(name));
  }

  long queryNumber(String name, long otherwise, long least, long most) {
    String text = routing.request().getParam(name);
    if (text == null) {
      return otherwise;
    }
    long value = number(name, text);
    if (value < least || value > most) {
      throw bad(name, text, "an integer in %d..%d".formatted(least, most));
    }
    return value;
  }

  /** Bytes in hexadecimal; none if there is no such parameter. */
  String queryHex(String name) {
    String text = routing.request().getParam(name);
    if (text != null && !BYTES.matcher(text).matches()) {
      throw bad(name, text, "bytes in lower hexadecimal digits");
    }
    return text == null ? "" : text;
  }

  boolean queryFlag(String name) {
    return switch (routing.request().getParam(name)) {
      case null -> false;
      case "true", "" -> true;
      case "false" -> false;
      case String other -> throw bad(name, other, "true or false");
    };
  }

  Consistency consistency() {
    return queryFlag(Parameter.STALE.name()) ? Consistency.STALE : Consistency.LINEARIZABLE;
  }

  /** The body as it came; empty if there was none. */
  Buffer body() {
    Buffer body = routing.body().buffer();
    return body == null ? Buffer.buffer() : body;
  }

  <T> T body(Form<T> form) {
    return JsonText.read(form, body().getBytes());
  }

  private static long number(String name, String text) {
    if (DECIMAL.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    if (HEX.matcher(text).matches()) {
      return Long.parseLong(text, 2, text.length(), 16);
    }
    throw bad(
        name, text, "a number of at most 60 bits that is not negative, such as 4096 or 0x1000");
  }

  private static BadRequest bad(String name, String text, String expected) {
    return new BadRequest(
        "parameter " + name,
        "'" + (text.length() <= 80 ? text : text.substring(0, 80) + "...") + "'",
        expected);
  }
}
