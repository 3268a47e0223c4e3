package org.ultravisor.ledger.command.server;

/**
 * What stands in a request's path or behind its question mark.
 *
 * @param in "path" or "query"
 * @param type of a JSON schema: "string", "integer" or "boolean"
 */
record Parameter(String name, String in, String type, String description) {
  static final Parameter STALE =
      new Parameter(
          "stale",
          "query",
          "boolean",
          "true: this replica's state as it is, however old; false (default): all that was"
              + " acknowledged before the question");
  static final Parameter FROM =
      new Parameter("from", "query", "integer", "First sequence wanted; 1 by default");
}
