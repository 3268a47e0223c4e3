package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** One of an enum's constants, by name. */
record EnumForm<T extends Enum<T>>(Class<T> type) implements Form<T> {
  @Override
  public T read(Place place) {
    if (place.node().isTextual()) {
      for (T constant : type.getEnumConstants()) {
        if (constant.name().equals(place.node().textValue())) {
          return constant;
        }
      }
    }
    throw place.expected(
        Arrays.stream(type.getEnumConstants())
            .map(Enum::name)
            .collect(Collectors.joining(", ", "one of ", "")));
  }

  @Override
  public void write(T value, JsonGenerator out) throws IOException {
    out.writeString(value.name());
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    return schemas.named(
        Schemas.name(type),
        () -> {
          ObjectNode schema = Schemas.type("string");
          ArrayNode names = schema.putArray("enum");
          Arrays.stream(type.getEnumConstants()).map(Enum::name).forEach(names::add);
          return schema;
        });
  }
}
