package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The named schemas of an OpenAPI document, collected while forms describe themselves. */
public final class Schemas {
  private final TreeMap<String, ObjectNode> named = new TreeMap<>();

  /** A reference to the named schema, which is described the first time it is asked for. */
  ObjectNode named(String name, Supplier<ObjectNode> description) {
    if (!named.containsKey(name)) {
      named.put(name, object());
      named.put(name, description.get());
    }
    return object().put("$ref", "#/components/schemas/" + name);
  }

  /** All of them, by name. */
  public ObjectNode all() {
    ObjectNode all = object();
    named.forEach(all::set);
    return all;
  }

  /** A type's name: that of a nested type begins with the type around it. */
  static String name(Class<?> type) {
    Class<?> around = type.getEnclosingClass();
    return around == null ? type.getSimpleName() : name(around) + "." + type.getSimpleName();
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode type(String type) {
    return object().put("type", type);
  }
}
