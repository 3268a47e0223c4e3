package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A sealed interface of records: an object with one more field, which names the record. */
final class SealedForm<T> implements Form<T> {
  private final Class<T> type;
  private final String kindField;
  private final Map<String, RecordForm<? extends T>> byName = new LinkedHashMap<>();
  private final Map<Class<?>, Form<Object>> byType = new LinkedHashMap<>();

  SealedForm(Class<T> type, String kindField) {
    this.type = type;
    this.kindField = kindField;
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      RecordForm<? extends T> form = new RecordForm<>(permitted.asSubclass(type), kindField);
      byName.put(permitted.getSimpleName(), form);
      byType.put(permitted, Forms.erased(form));
    }
  }

  @Override
  public T read(Place place) {
    if (!place.node().isObject()) {
      throw place.expected("an object with the field \"" + kindField + "\"");
    }
    JsonNode kind = place.node().get(kindField);
    if (kind == null) {
      throw place.found("no field \"" + kindField + "\"", names());
    }
    RecordForm<? extends T> form = kind.isTextual() ? byName.get(kind.textValue()) : null;
    if (form == null) {
      throw place.field(kindField, kind).expected(names());
    }
    return form.read(place);
  }

  private String names() {
    return "one of " + String.join(", ", byName.keySet());
  }

  @Override
  public void write(T value, JsonGenerator out) throws IOException {
    Form<Object> form = byType.get(value.getClass());
    if (form == null) {
      throw new IllegalArgumentException(value.getClass() + " is no record of " + type);
    }
    form.write(value, out);
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    return schemas.named(
        Schemas.name(type),
        () -> {
          ObjectNode schema = Schemas.object();
          ArrayNode records = schema.putArray("oneOf");
          ObjectNode discriminator =
              schema.putObject("discriminator").put("propertyName", kindField);
          ObjectNode mapping = discriminator.putObject("mapping");
          byName.forEach(
              (name, form) -> {
                ObjectNode reference = form.schema(schemas);
                records.add(reference);
                mapping.set(name, reference.get("$ref"));
              });
          return schema;
        });
  }
}
