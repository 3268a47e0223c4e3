package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** One value, or an array of them. */
record OneOrMoreForm<T>(Form<T> one) implements Form<List<T>> {
  @Override
  public List<T> read(Place place) {
    return place.node().isArray() ? new ListForm<>(one).read(place) : List.of(one.read(place));
  }

  @Override
  public void write(List<T> values, JsonGenerator out) throws IOException {
    new ListForm<>(one).write(values, out);
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    ObjectNode schema = Schemas.object();
    schema.putArray("oneOf").add(one.schema(schemas)).add(new ListForm<>(one).schema(schemas));
    return schema;
  }
}
