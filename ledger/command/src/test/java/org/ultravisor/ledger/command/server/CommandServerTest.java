package org.ultravisor.ledger.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ultravisor.ledger.command.CheckpointPage;
import org.ultravisor.ledger.command.CheckpointRecord;
import org.ultravisor.ledger.command.FakeCluster;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.StateRecord;

/** What a server answers, as seen by a client that is not ours. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandServerTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final FakeCluster cluster = new FakeCluster();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private CommandServer leader;
  private CommandServer follower;
  private long session;

  @BeforeAll
  void start() throws Exception {
    leader = server();
    follower = server();
    JsonNode opened = json(post(leader, "/v1/sessions", "{'nonce': 5, 'issuer': 'test'}"));
    session = opened.get("session").asLong();
    assertEquals(
        opened, json(post(leader, "/v1/sessions", "{'nonce': 5, 'issuer': 'test'}")), "same nonce");
    assertEquals(
        200,
        submit(
                1,
                "{'op':'AddMemory','range':{'first':0,'count':4096},'cell':0,'type':'DRAM','zeroed':true},"
                    + "{'op':'CreatePartition','partition':'a','kind':'GUEST'},"
                    + "{'op':'AssignPages','partition':'a','range':{'first':16,'count':4}}")
            .statusCode());
  }

  private CommandServer server() throws IOException {
    FakeCluster.Replica replica = cluster.addReplica();
    CommandServer server =
        CommandServer.start(
            ServerOptions.at("127.0.0.1", 0).withRequestTimeout(Duration.ofSeconds(2)),
            replica,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    replica.listensAt(server.address());
    return server;
  }

  @AfterAll
  void stop() {
    leader.close();
    follower.close();
    http.close();
  }

  @BeforeEach
  void noFaults() {
    cluster.faults(transaction -> FakeCluster.Fault.NONE);
  }

  @Test
  void aCommittedTransactionIsAnsweredWithItsEvents() throws Exception {
    HttpResponse<String> response = submit(100, "{'op':'AddProcessor','processor':7,'cell':0}");
    assertEquals(200, response.statusCode());
    assertEquals("ProcessorAdded", json(response).at("/events/0/event").asText());
    assertEquals(
        json(response).get("sequence").asText(),
        response.headers().firstValue("X-Ledger-Sequence").orElseThrow());
    assertEquals(
        json(response),
        json(submit(100, "{'op':'AddProcessor','processor':7,'cell':0}")),
        "sent twice, done once");
  }

  @Test
  void aRefusalSaysWhichAndWhy() throws Exception {
    HttpResponse<String> response = submit(101, "{'op':'StartPartition','partition':'nobody'}");
    assertEquals(409, response.statusCode());
    JsonNode refused = json(response);
    assertEquals("PARTITION_NOT_FOUND", refused.get("reason").asText());
    assertEquals(41, refused.get("code").asInt());
    assertEquals("No partition has this name.", refused.get("sentence").asText());
    assertEquals(0, refused.get("operation").asInt());
    assertTrue(refused.get("sequence").asLong() > 0);
  }

  @Test
  void badInputIsToldItsPlaceAndChangesNothing() throws Exception {
    int before = cluster.leaves().size();
    HttpResponse<String> response =
        submit(102, "{'op':'AssignPages','partition':'a','range':{'address':'0x10','bytes':4096}}");
    assertEquals(400, response.statusCode());
    JsonNode error = json(response);
    assertEquals("BAD_REQUEST", error.get("error").asText());
    assertEquals("/operations/0/range/address", error.get("pointer").asText());
    assertEquals("\"0x10\"", error.get("found").asText());
    assertTrue(error.get("expected").asText().contains("multiple of 4096"));
    assertEquals(before, cluster.leaves().size());
  }

  @Test
  void aCheckpointHasItsRecords() throws Exception {
    CheckpointPage page =
        JsonText.readAnswer(
            Forms.of(CheckpointPage.class),
            get("/v1/log/checkpoint").body().getBytes(StandardCharsets.UTF_8));
    List<StateRecord> records = page.page().stream().map(CheckpointRecord::record).toList();
    assertEquals(
        page.stateHash(), Ledger.restore(page.through(), page.stateHash(), records).hash());
    String last = page.page().getLast().position();
    assertEquals(
        0, json(get("/v1/log/checkpoint?after=" + last)).get("page").size(), "behind the last");
    assertEquals(400, get("/v1/log/checkpoint?after=0x1").statusCode());
    CheckpointRecord large =
        CheckpointRecord.of(new StateRecord(18, new byte[] {1}, new byte[100_000]));
    assertEquals(100_000, large.record().value().length);
    assertEquals(7, large.value().size(), "parts that a reader's limit on strings lets through");
  }

  @Test
  void aCompactedLeafIsGone() throws Exception {
    submit(150, "{'op':'StartPartition','partition':'nobody'}");
    cluster.compact(2);
    HttpResponse<String> response = get("/v1/log?from=1");
    HttpResponse<String> later = get("/v1/log?from=2");
    cluster.compact(1);
    assertEquals(410, response.statusCode());
    assertEquals("COMPACTED", json(response).get("error").asText());
    assertEquals(200, later.statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "201, BUSY, 429, BUSY",
    "202, UNAVAILABLE, 503, UNAVAILABLE",
    "203, UNKNOWN_WITHOUT_COMMIT, 504, OUTCOME_UNKNOWN",
    "204, BROKEN, 504, OUTCOME_UNKNOWN",
    "205, SILENT_AFTER_COMMIT, 504, OUTCOME_UNKNOWN",
  })
  void whatGoesWrongInTheReplicaHasItsStatus(
      long id, FakeCluster.Fault fault, int status, String error) throws Exception {
    cluster.faults(transaction -> fault);
    HttpResponse<String> response = submit(id, "{'op':'StartPartition','partition':'nobody'}");
    assertEquals(status, response.statusCode());
    assertEquals(error, json(response).get("error").asText());
    assertEquals(
        status == 429 || status == 503, response.headers().firstValue("Retry-After").isPresent());
  }

  @Test
  void aFollowerSendsOnToTheLeader() throws Exception {
    String body = transaction(110, "{'op':'AddProcessor','processor':8,'cell':0}");
    HttpResponse<String> response = post(follower, "/v1/transactions", body);
    assertEquals(307, response.statusCode());
    assertEquals(
        leader.address() + "/v1/transactions",
        response.headers().firstValue("Location").orElseThrow());
    assertEquals(leader.address().toString(), json(response).get("leader").asText());
    HttpResponse<String> forwarded = post(follower, "/v1/transactions?forward=true", body);
    assertEquals(200, forwarded.statusCode(), forwarded.body());
    assertEquals("Committed", json(forwarded).get("outcome").asText());
  }

  @Test
  void didItHappen() throws Exception {
    JsonNode answered = json(get("/v1/requests/" + session + "/1"));
    assertEquals("Answered", answered.at("/status/status").asText());
    assertEquals("Committed", answered.at("/outcome/outcome").asText());
    assertEquals(
        "NotSeen", json(get("/v1/requests/" + session + "/999")).at("/status/status").asText());
    assertEquals("SessionExpired", json(get("/v1/requests/12345/1")).at("/status/status").asText());
  }

  @Test
  void theStateMayBeAsked() throws Exception {
    assertEquals("a", json(get("/v1/partitions")).at("/0/name").asText());
    assertEquals(4, json(get("/v1/partitions/a")).get("actualPages").asLong());
    assertEquals(16, json(get("/v1/partitions/a/memory")).at("/0/firstHostFrame").asLong());
    assertEquals(404, get("/v1/partitions/nobody").statusCode());
    HttpResponse<String> owner = get("/v1/owner/0x11?stale=true");
    assertEquals("a", json(owner).get("partitionName").asText());
    assertTrue(owner.headers().firstValue("X-Ledger-Sequence").isPresent());
    JsonNode owners = json(post(leader, "/v1/owners", "{'frames':[0, 16, 99999]}"));
    assertEquals("AVAILABLE", owners.at("/0/kind").asText());
    assertEquals("OWNED", owners.at("/1/kind").asText());
    assertEquals("ABSENT", owners.at("/2/kind").asText());
    JsonNode log = json(get("/v1/log?from=2&max=1"));
    assertEquals(1, log.size());
    assertEquals(2, log.at("/0/sequence").asLong());
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/owner/-1, 400",
    "/v1/owner/1152921504606846976, 400",
    "/v1/owner/0xzz, 400",
    "/v1/log?from=0, 400",
    "/v1/log?max=1001, 400",
    "/v1/log?form=1, 400",
    "/v1/partitions?stale=maybe, 400",
    "/v1/log/stream?from=x, 400",
    "/v1/nothing, 404",
    "/, 404",
  })
  void wrongQuestionsAreRefused(String path, int status) throws Exception {
    HttpResponse<String> response = get(path);
    assertEquals(status, response.statusCode());
    assertFalse(json(response).get("message").asText().isEmpty());
  }

  @Test
  void wrongBodiesAreRefused() throws Exception {
    assertEquals(413, post(leader, "/v1/transactions", " ".repeat((4 << 20) + 1)).statusCode());
    HttpRequest form =
        HttpRequest.newBuilder(uri(leader, "/v1/transactions"))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    assertEquals(415, http.send(form, HttpResponse.BodyHandlers.ofString()).statusCode());
    HttpRequest delete = HttpRequest.newBuilder(uri(leader, "/v1/transactions")).DELETE().build();
    assertEquals(405, http.send(delete, HttpResponse.BodyHandlers.ofString()).statusCode());
  }

  @Test
  void longBodiesAreParsedAsShortOnes() throws Exception {
    StringBuilder frames = new StringBuilder("{'frames':[0");
    frames.append(",16".repeat(9_999)).append("]}");
    assertEquals(10_000, json(post(leader, "/v1/owners", frames + " ".repeat(100_000))).size());
  }

  @Test
  void http2IsSpokenAfterAnUpgrade() throws Exception {
    try (HttpClient two = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpResponse<String> response =
          two.send(
              HttpRequest.newBuilder(uri(leader, "/v1/health")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(HttpClient.Version.HTTP_2, response.version());
      assertEquals(200, response.statusCode());
    }
  }

  @Test
  void metricsAreServed() throws Exception {
    assertEquals(200, get("/v1/ready").statusCode());
    String metrics = get("/metrics").body();
    assertTrue(metrics.contains("ledger_command_requests_seconds_count{"), metrics);
    assertTrue(metrics.contains("ledger_sequence "), metrics);
  }

  @Test
  void anAddressInUseIsSaid() {
    int port = leader.address().getPort();
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                CommandServer.start(
                    ServerOptions.at("127.0.0.1", port),
                    cluster.addReplica(),
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
    assertTrue(String.valueOf(failure.getMessage()).contains("port " + port));
  }

  /** The document names every route and operation, and each GET that it names is there. */
  @Test
  void theOpenApiDocumentIsWhole() throws Exception {
    JsonNode document = json(get("/v1/openapi.json"));
    Set<String> operations = new HashSet<>();
    document
        .at("/components/schemas/Operation/discriminator/mapping")
        .fieldNames()
        .forEachRemaining(operations::add);
    for (Class<?> operation : Operation.class.getPermittedSubclasses()) {
      assertTrue(operations.contains(operation.getSimpleName()), operation.getSimpleName());
      assertTrue(document.at("/components/schemas").has("Operation." + operation.getSimpleName()));
    }
    for (Class<?> event : Event.class.getPermittedSubclasses()) {
      assertTrue(document.at("/components/schemas").has("Event." + event.getSimpleName()));
    }
    for (JsonNode reference : document.findValues("$ref")) {
      assertFalse(document.at(reference.asText().substring(1)).isMissingNode(), reference::asText);
    }
    int asked = 0;
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      if (path.getValue().has("get") && !path.getKey().equals("/v1/log/stream")) {
        String known =
            path.getKey()
                .replace("{name}", "a")
                .replace("{frame}", "16")
                .replace("{session}", "1")
                .replace("{request}", "1");
        assertEquals(200, get(known).statusCode(), known);
        asked++;
      }
    }
    assertTrue(asked >= 18, "asked " + asked);
    assertTrue(document.at("/paths/~1v1~1transactions/post").isObject());
  }

  private HttpResponse<String> submit(long id, String operations) throws Exception {
    return post(leader, "/v1/transactions", transaction(id, operations));
  }

  private String transaction(long id, String operations) {
    return "{'session':%d,'requestId':%d,'lowestUnanswered':1,'issuer':'test','operations':[%s]}"
        .formatted(session, id, operations);
  }

  private HttpResponse<String> post(CommandServer server, String path, String body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(server, path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(leader, path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(CommandServer server, String path) {
    return URI.create(server.address() + path);
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return MAPPER.readTree(response.body());
  }
}
