package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** An object whose values are strings. */
record LabelsForm() implements Form<SortedMap<String, String>> {
  @Override
  public SortedMap<String, String> read(Place place) {
    if (!place.node().isObject()) {
      throw place.expected("an object of strings");
    }
    SortedMap<String, String> labels = new TreeMap<>();
    place
        .node()
        .properties()
        .forEach(
            e -> labels.put(e.getKey(), TextForm.TEXT.read(place.field(e.getKey(), e.getValue()))));
    return labels;
  }

  @Override
  public void write(SortedMap<String, String> labels, JsonGenerator out) throws IOException {
    out.writeStartObject();
    for (Map.Entry<String, String> label : labels.entrySet()) {
      out.writeStringField(label.getKey(), label.getValue());
    }
    out.writeEndObject();
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    return Schemas.type("object").set("additionalProperties", Schemas.type("string"));
  }
}
