package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record's component as a field of an object.
 *
 * @param kind whether its absence means null, an empty Optional, or the default if there is one
 */
record Field(
    String name, Form<Object> form, Method accessor, Kind kind, @Nullable Defaults defaults) {

  /** What a missing field means. */
  enum Kind {
    PLAIN,
    NULLABLE,
    OPTIONAL
  }

  static Field of(Class<?> owner, RecordComponent component) {
    Type type = component.getGenericType();
    Kind kind =
        component.getAnnotatedType().isAnnotationPresent(Nullable.class)
            ? Kind.NULLABLE
            : Kind.PLAIN;
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      type = generic.getActualTypeArguments()[0];
      kind = Kind.OPTIONAL;
    }
    return new Field(
        component.getName(),
        Forms.erased(Forms.ofType(type)),
        component.getAccessor(),
        kind,
        Defaults.of(owner, component.getName()));
  }

  boolean required() {
    return kind == Kind.PLAIN && defaults == null;
  }

  /**
   * @param earlier the values of the record's fields before this one
   */
  @Nullable Object read(Place object, List<@Nullable Object> earlier) {
    JsonNode node = object.node().get(name);
    if (node != null && !(node.isNull() && kind != Kind.PLAIN)) {
      Object value = form.read(object.field(name, node));
      return kind == Kind.OPTIONAL ? Optional.of(value) : value;
    }
    if (kind == Kind.PLAIN) {
      if (defaults == null) {
        throw object.found("no field \"" + name + "\"", "it");
      }
      List<Object> present = new ArrayList<>();
      for (Object value : earlier) {
        if (value != null) {
          present.add(value);
        }
      }
      return defaults.value().apply(present);
    }
    return kind == Kind.OPTIONAL ? Optional.empty() : null;
  }

  void write(Object owner, JsonGenerator out) throws IOException {
    Object value = value(owner);
    if (value instanceof Optional<?> optional) {
      value = optional.isPresent() ? optional.get() : null;
    }
    if (value == null
        || (defaults != null
            && defaults.silent()
            && value.equals(defaults.value().apply(List.of())))) {
      return;
    }
    out.writeFieldName(name);
    form.write(value, out);
  }

  private @Nullable Object value(Object owner) {
    try {
      return accessor.invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + accessor, e);
    }
  }
}
