package org.ultravisor.node.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of a configuration file. Each is asked for by name and checked; {@link
 * #noMore} then refuses what nobody asked for, so that a misspelt field is never ignored.
 */
final class Fields {
  private final ConfigFile file;
  private final String pointer;
  private final JsonNode node;
  private final Set<String> known = new TreeSet<>();

  Fields(ConfigFile file, String pointer, JsonNode node) {
    this.file = file;
    this.pointer = pointer;
    this.node = node;
  }

  String text(String name) throws ConfigException {
    JsonNode value = require(name);
    if (!value.isTextual() && !value.isNumber()) {
      throw error(name, "must be text");
    }
    if (value.asText().isBlank()) {
      throw error(name, "must not be empty");
    }
    return value.asText();
  }

  String text(String name, String absent) throws ConfigException {
    return find(name) == null ? absent : text(name);
  }

  int integer(String name, int least, int most) throws ConfigException {
    JsonNode value = require(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.asInt() < least
        || value.asInt() > most) {
      throw error(name, "must be a whole number in %d..%d: %s".formatted(least, most, value));
    }
    return value.asInt();
  }

  int integer(String name, int least, int most, int absent) throws ConfigException {
    return find(name) == null ? absent : integer(name, least, most);
  }

  boolean flag(String name, boolean absent) throws ConfigException {
    JsonNode value = find(name);
    if (value != null && !value.isBoolean()) {
      throw error(name, "must be true or false: " + value);
    }
    return value == null ? absent : value.asBoolean();
  }

  Fields object(String name) throws ConfigException {
    JsonNode value = require(name);
    if (!value.isObject()) {
      throw error(name, "must have fields of its own");
    }
    return new Fields(file, pointer + "/" + name, value);
  }

  @Nullable Fields objectOrNull(String name) throws ConfigException {
    return find(name) == null ? null : object(name);
  }

  /** The objects of a list with at least one. */
  List<Fields> objects(String name) throws ConfigException {
    JsonNode value = require(name);
    if (!value.isArray() || value.isEmpty()) {
      throw error(name, "must be a list with at least one element");
    }
    List<Fields> list = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      String at = pointer + "/" + name + "/" + i;
      if (!value.get(i).isObject()) {
        throw file.error(at, "must have fields of its own");
      }
      list.add(new Fields(file, at, value.get(i)));
    }
    return list;
  }

  /** Refuses fields that nobody asked for. */
  void noMore() throws ConfigException {
    for (var names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw error(name, "is not known; known here: " + String.join(", ", known));
      }
    }
  }

  ConfigException error(String name, String what) {
    return file.error(pointer + "/" + name, what);
  }

  private @Nullable JsonNode find(String name) {
    known.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private JsonNode require(String name) throws ConfigException {
    JsonNode value = find(name);
    if (value == null) {
      throw file.error(pointer, "lacks the field '" + name + "'");
    }
    return value;
  }
}
