package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ultravisor.mapping.PageRange;

/**
 * A run of host frames: {@code {"first": 4096, "count": 256}} in frames, or {@code {"address":
 * "0x1000000", "bytes": "1MiB"}} in bytes, both multiples of 4096. Written in frames.
 */
record PageRangeForm() implements Form<PageRange> {
  private static final String EXPECTED =
      "{\"first\": frame, \"count\": frames} or {\"address\": \"0x...\", \"bytes\": \"4GiB\"}";
  private static final Pattern AMOUNT =
      Pattern.compile("0x(?<hex>[0-9a-fA-F]{1,18})|(?<number>[0-9]{1,22})(?<unit>|[KMGTPE]iB)");
  private static final String UNITS = "KMGTPE";
  private static final BigInteger FRAME_BYTES = BigInteger.valueOf(4096);
  private static final Form<Long> FRAME =
      new IntegerForm<>(0, PageRange.FRAME_LIMIT - 1, Long::valueOf);
  private static final Form<Long> COUNT =
      new IntegerForm<>(1, PageRange.FRAME_LIMIT, Long::valueOf);

  @Override
  public PageRange read(Place place) {
    JsonNode node = place.node();
    JsonNode first = node.get("first");
    JsonNode count = node.get("count");
    JsonNode address = node.get("address");
    JsonNode bytes = node.get("bytes");
    if (!node.isObject()) {
      throw place.expected(EXPECTED);
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      switch (field.getKey()) {
        case "first", "count", "address", "bytes" -> {}
        default ->
            throw place.field(field.getKey(), field.getValue()).found("an unknown field", EXPECTED);
      }
    }
    if (first != null && count != null && node.size() == 2) {
      return range(
          place, FRAME.read(place.field("first", first)), COUNT.read(place.field("count", count)));
    }
    if (address != null && bytes != null && node.size() == 2) {
      return range(
          place,
          frames(place.field("address", address), "a byte address"),
          frames(place.field("bytes", bytes), "a number of bytes"));
    }
    throw place.found(
        "the fields " + node.properties().stream().map(Map.Entry::getKey).toList(), EXPECTED);
  }

  private static PageRange range(Place place, long first, long count) {
    try {
      return new PageRange(first, count);
    } catch (IllegalArgumentException e) {
      BadRequest bad =
          place.found(
              "%d frames from frame %d".formatted(count, first),
              "at least one frame, and an end that does not pass frame 2^60");
      bad.initCause(e);
      throw bad;
    }
  }

  private static long frames(Place place, String what) {
    Matcher amount = AMOUNT.matcher(place.node().isValueNode() ? place.node().asText() : "");
    if (place.node().isBoolean() || !amount.matches()) {
      throw place.expected(what + ", such as \"0x100000000\", \"4GiB\" or 4096");
    }
    BigInteger bytes =
        amount.group("hex") != null
            ? new BigInteger(amount.group("hex"), 16)
            : new BigInteger(amount.group("number")).shiftLeft(shift(amount.group("unit")));
    if (bytes.mod(FRAME_BYTES).signum() != 0) {
      throw place.expected(what + " that is a multiple of 4096 (whole frames of 4 KiB)");
    }
    BigInteger frames = bytes.divide(FRAME_BYTES);
    if (frames.compareTo(BigInteger.valueOf(PageRange.FRAME_LIMIT)) > 0) {
      throw place.expected(what + " of at most 2^72");
    }
    return frames.longValue();
  }

  private static int shift(String unit) {
    return unit.isEmpty() ? 0 : 10 * (UNITS.indexOf(unit.charAt(0)) + 1);
  }

  @Override
  public void write(PageRange range, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeNumberField("first", range.firstFrame());
    out.writeNumberField("count", range.frameCount());
    out.writeEndObject();
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    return schemas.named(
        "PageRange",
        () -> {
          ObjectNode schema = Schemas.object();
          schema
              .putArray("oneOf")
              .add(fields("first", FRAME.schema(schemas), "count", COUNT.schema(schemas)))
              .add(fields("address", amount("0x100000000"), "bytes", amount("4GiB")));
          return schema.put("description", "A run of host frames; bytes are multiples of 4096.");
        });
  }

  private static ObjectNode amount(String example) {
    return Schemas.type("string").put("pattern", AMOUNT.pattern()).put("example", example);
  }

  private static ObjectNode fields(String one, ObjectNode oneForm, String two, ObjectNode twoForm) {
    ObjectNode schema = Schemas.type("object").put("additionalProperties", false);
    schema.putObject("properties").<ObjectNode>set(one, oneForm).set(two, twoForm);
    schema.putArray("required").add(one).add(two);
    return schema;
  }
}
