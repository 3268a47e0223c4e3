package org.ultravisor.ledger.command.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.Schemas;
import org.ultravisor.ledger.core.Outcome;

/** The OpenAPI document, written from the table that does the routing and the forms that parse. */
final class OpenApi {
  private OpenApi() {}

  static ObjectNode document(List<Endpoint> endpoints) {
    Schemas schemas = new Schemas();
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.0.3");
    document
        .putObject("info")
        .put("title", "Ultravisor Ledger command channel")
        .put("version", "1")
        .putObject("license")
        .put("name", "Apache-2.0");
    ObjectNode paths = document.putObject("paths");
    ObjectNode error = Forms.of(ErrorReport.class).schema(schemas);
    for (Endpoint endpoint : endpoints) {
      ObjectNode operation =
          paths
              .withObjectProperty(endpoint.path())
              .putObject(endpoint.method().name().toLowerCase(Locale.ROOT));
      describe(endpoint, operation, error, schemas);
    }
    document.putObject("components").set("schemas", schemas.all());
    return document;
  }

  private static void describe(
      Endpoint endpoint, ObjectNode operation, ObjectNode error, Schemas schemas) {
    operation.put("summary", endpoint.summary());
    ArrayNode parameters = operation.putArray("parameters");
    endpoint.pathParameters().forEach(name -> parameter(parameters, name, "path", "string"));
    for (Parameter parameter : endpoint.parameters()) {
      parameter(parameters, parameter.name(), parameter.in(), parameter.type())
          .put("description", parameter.description());
    }
    if (endpoint.request() != null) {
      operation
          .putObject("requestBody")
          .put("required", true)
          .putObject("content")
          .putObject(Reply.JSON)
          .set("schema", endpoint.request().schema(schemas));
    }
    ObjectNode responses = operation.putObject("responses");
    ObjectNode good = responses.putObject("200").put("description", "The answer");
    if (endpoint.answer() != null) {
      json(good, endpoint.answer().schema(schemas));
    }
    if (endpoint.changes()) {
      json(
          responses.putObject("409").put("description", "Refused; nothing changed"),
          Forms.of(Outcome.class).schema(schemas));
      json(responses.putObject("307").put("description", "Ask the leader at Location"), error);
    }
    json(responses.putObject("default").put("description", "No answer, and why"), error);
  }

  private static void json(ObjectNode response, ObjectNode schema) {
    response.putObject("content").putObject(Reply.JSON).set("schema", schema.deepCopy());
  }

  private static ObjectNode parameter(ArrayNode into, String name, String in, String type) {
    ObjectNode parameter = into.addObject().put("name", name).put("in", in);
    if (in.equals("path")) {
      parameter.put("required", true);
    }
    parameter.putObject("schema").put("type", type);
    return parameter;
  }
}
