package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record as an object: a field a component, by the component's name. What the record's
 * constructor refuses is a bad request at the object's place.
 */
final class RecordForm<T> implements Form<T> {
  private final Class<T> type;
  private final String name;
  private final Constructor<T> constructor;
  private final List<Field> fields;
  private final List<Derived> derived;
  private final Set<String> known = new LinkedHashSet<>();
  private final @Nullable String kindField;

  /**
   * @param kindField the field that tells which of a sealed type's records this is, or null
   */
  RecordForm(Class<T> type, @Nullable String kindField) {
    this.type = type;
    this.name = type.getSimpleName();
    this.kindField = kindField;
    RecordComponent[] components = type.getRecordComponents();
    this.fields = Arrays.stream(components).map(component -> Field.of(type, component)).toList();
    this.derived = Derived.of(type);
    try {
      this.constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(type + " has no canonical constructor", e);
    }
    fields.forEach(field -> known.add(field.name()));
    derived.forEach(field -> known.add(field.name()));
    if (kindField != null && !known.add(kindField)) {
      throw new IllegalArgumentException(type + " has a component named '" + kindField + "'");
    }
  }

  @Override
  public T read(Place place) {
    JsonNode node = place.node();
    if (!node.isObject()) {
      throw place.expected("an object");
    }
    if (place.strict()) {
      refuseUnknown(place);
    }
    List<@Nullable Object> values = new ArrayList<>(fields.size());
    for (Field field : fields) {
      values.add(field.read(place, values));
    }
    try {
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        BadRequest bad = place.found(String.valueOf(wrong.getMessage()), "a valid " + name);
        bad.initCause(wrong);
        throw bad;
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private void refuseUnknown(Place place) {
    for (Map.Entry<String, JsonNode> field : place.node().properties()) {
      if (!known.contains(field.getKey())) {
        throw place
            .field(field.getKey(), field.getValue())
            .found(
                "an unknown field of " + name,
                known.isEmpty() ? "no fields" : "one of " + String.join(", ", known));
      }
    }
  }

  @Override
  public void write(T value, JsonGenerator out) throws IOException {
    out.writeStartObject();
    if (kindField != null) {
      out.writeStringField(kindField, name);
    }
    for (Field field : fields) {
      field.write(value, out);
    }
    for (Derived field : derived) {
      out.writeFieldName(field.name());
      Forms.erased(field.form()).write(field.value().apply(value), out);
    }
    out.writeEndObject();
  }

  @Override
  public ObjectNode schema(Schemas schemas) {
    return schemas.named(Schemas.name(type), () -> describe(schemas));
  }

  private ObjectNode describe(Schemas schemas) {
    ObjectNode schema = Schemas.type("object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    if (kindField != null) {
      properties.putObject(kindField).put("type", "string").putArray("enum").add(name);
      required.add(kindField);
    }
    for (Field field : fields) {
      properties.set(field.name(), field.form().schema(schemas));
      if (field.required()) {
        required.add(field.name());
      }
    }
    for (Derived field : derived) {
      properties.set(field.name(), field.form().schema(schemas));
    }
    if (required.isEmpty()) {
      schema.remove("required");
    }
    return schema.put("additionalProperties", false);
  }
}
