package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.function.Function;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.mapping.Rights;

/**
 * A string that stands for a value.
 *
 * @param parse throws IllegalArgumentException for what is no such value
 */
record TextForm<T>(
    String expected, String example, Function<String, T> parse, Function<T, String> print)
    implements Form<T> {
  static final Form<String> TEXT =
      new TextForm<>("a string", "text", Function.identity(), Function.identity());
  static final Form<Rights> RIGHTS =
      new TextForm<>("one of r, rw, rx, rwx", "rwx", Rights::parse, Rights::toString);
  static final Form<StateHash> STATE_HASH =
      new TextForm<>(
          "32 hexadecimal digits",
          StateHash.EMPTY.toString(),
          StateHash::parse,
          StateHash::toString);
  static final Form<URI> ADDRESS =
      new TextForm<>("a URI", "http://127.0.0.1:7400", URI::create, URI::toString);

  @Override
  public T read(Place place) {
    if (!place.node().isTextual()) {
      throw place.expected(expected);
    }
    try {
      return parse.apply(place.node().textValue());
    } catch (IllegalArgumentException e) {
      BadRequest bad = place.expected(expected);
      bad.initCause(e);
      throw bad;
    }
  }

  @Override
  public void write(T value, JsonGenerator out) throws IOException {
    out.writeString(print.apply(value));
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    return Schemas.type("string").put("description", expected).put("example", example);
  }
}
