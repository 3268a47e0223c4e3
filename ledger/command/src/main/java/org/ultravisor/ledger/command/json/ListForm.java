package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** An array of values of one form. */
record ListForm<T>(Form<T> items) implements Form<List<T>> {
  @Override
  public List<T> read(Place place) {
    if (!place.node().isArray()) {
      throw place.expected("an array");
    }
    int size = place.node().size();
    List<T> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(items.read(place.item(i)));
    }
    return values;
  }

  @Override
  public void write(List<T> values, JsonGenerator out) throws IOException {
    out.writeStartArray();
    for (T value : values) {
      items.write(value, out);
    }
    out.writeEndArray();
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    return Schemas.type("array").set("items", items.schema(schemas));
  }
}
