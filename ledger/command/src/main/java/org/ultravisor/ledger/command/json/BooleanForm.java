package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** True or false, and nothing that resembles them. */
record BooleanForm() implements Form<Boolean> {
  @Override
  public Boolean read(Place place) {
    if (!place.node().isBoolean()) {
      throw place.expected("true or false");
    }
    return place.node().booleanValue();
  }

  @Override
  public void write(Boolean value, JsonGenerator out) throws IOException {
    out.writeBoolean(value);
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    return Schemas.type("boolean");
  }
}
