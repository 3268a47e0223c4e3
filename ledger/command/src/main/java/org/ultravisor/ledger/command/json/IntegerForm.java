package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/**
 * An integer: a JSON number without fraction or exponent, or a string such as {@code "0x1f"}, which
 * people prefer for frames and class codes. Written as a number.
 */
record IntegerForm<T extends Number>(long least, long most, LongFunction<T> boxed)
    implements Form<T> {
  static final Form<Long> LONG = new IntegerForm<>(Long.MIN_VALUE, Long.MAX_VALUE, Long::valueOf);
  static final Form<Integer> INT =
      new IntegerForm<>(Integer.MIN_VALUE, Integer.MAX_VALUE, value -> Math.toIntExact(value));

  private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,16}");

  @Override
  public T read(Place place) {
    JsonNode node = place.node();
    BigInteger value;
    if (node.isIntegralNumber()) {
      value = node.bigIntegerValue();
    } else if (node.isTextual() && HEX.matcher(node.textValue()).matches()) {
      value = new BigInteger(node.textValue().substring(2), 16);
    } else {
      throw place.expected("an integer, such as 4096 or \"0x1000\"");
    }
    if (value.compareTo(BigInteger.valueOf(least)) < 0
        || value.compareTo(BigInteger.valueOf(most)) > 0) {
      throw place.expected("an integer in %d..%d".formatted(least, most));
    }
    return boxed.apply(value.longValue());
  }

  @Override
  public void write(T value, JsonGenerator out) throws IOException {
    out.writeNumber(value.longValue());
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    ObjectNode number =
        Schemas.type("integer").put("format", most > Integer.MAX_VALUE ? "int64" : "int32");
    ObjectNode hex = Schemas.type("string").put("pattern", "^" + HEX.pattern() + "$");
    ObjectNode schema = Schemas.object();
    schema.putArray("oneOf").add(number).add(hex);
    return schema;
  }
}
