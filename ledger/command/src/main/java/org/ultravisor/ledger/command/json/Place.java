package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A value in a document and the way to it, which is only spelled out when something is wrong there.
 */
public final class Place {
  private static final int MOST_QUOTED = 80;

  private final JsonNode node;
  private final @Nullable Place parent;
  private final String step;
  private final boolean strict;

  private Place(JsonNode node, @Nullable Place parent, String step, boolean strict) {
    this.node = node;
    this.parent = parent;
    this.step = step;
    this.strict = strict;
  }

  /**
   * @param strict whether fields that are not known are refused, as in requests; answers of a newer
   *     server may have some
   */
  static Place root(JsonNode node, boolean strict) {
    return new Place(node, null, "", strict);
  }

  JsonNode node() {
    return node;
  }

  boolean strict() {
    return strict;
  }

  Place field(String name, JsonNode value) {
    return new Place(value, this, name, strict);
  }

  Place item(int index) {
    return new Place(node.get(index), this, Integer.toString(index), strict);
  }

  /** The way from the document's root, as RFC 6901 writes it. */
  String pointer() {
    Deque<String> steps = new ArrayDeque<>();
    for (Place place = this; place.parent != null; place = place.parent) {
      steps.push(place.step.replace("~", "~0").replace("/", "~1"));
    }
    StringBuilder pointer = new StringBuilder();
    steps.forEach(s -> pointer.append('/').append(s));
    return pointer.toString();
  }

  /** What is said of a value that is not what it should be. */
  BadRequest expected(String expected) {
    return new BadRequest(pointer(), quoted(), expected);
  }

  BadRequest found(String found, String expected) {
    return new BadRequest(pointer(), found, expected);
  }

  private String quoted() {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case MISSING -> "nothing";
      default -> {
        String text = node.toString();
        yield text.length() <= MOST_QUOTED ? text : text.substring(0, MOST_QUOTED) + "...";
      }
    };
  }
}
