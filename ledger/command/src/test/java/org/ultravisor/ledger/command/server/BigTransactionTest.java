package org.ultravisor.ledger.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.command.FakeCluster;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Transaction;

/** Thousands of operations in one request, and what is said where there are too many. */
class BigTransactionTest {
  private static final int MANY = 10_000;

  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final FakeCluster cluster = new FakeCluster();
  private final List<CommandServer> servers = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    FakeCluster.Replica replica = cluster.addReplica();
    CommandServer server =
        CommandServer.start(
            ServerOptions.at("127.0.0.1", 0),
            replica,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    replica.listensAt(server.address());
    servers.add(server);
    cluster.execute(Transaction.sessionless("test", new Operation.OpenSession(1)));
  }

  @AfterEach
  void stop() {
    servers.forEach(CommandServer::close);
    http.close();
  }

  @Test
  void tenThousandAssignmentsAreOneTransaction() throws Exception {
    List<String> operations = new ArrayList<>();
    operations.add(
        "{'op':'AddMemory','range':{'first':0,'count':65536},'cell':0,'type':'DRAM','zeroed':true}");
    operations.add("{'op':'CreatePartition','partition':'guest','kind':'GUEST'}");
    for (int i = 0; i < MANY; i++) {
      operations.add(
          "{'op':'AssignPages','partition':'guest','range':{'first':%d,'count':1},'guestFrame':%d,'rights':'rw'}"
              .formatted(2 * i, 3 * i));
    }
    HttpResponse<String> response = submit(operations);
    JsonNode outcome = mapper.readTree(response.body());
    assertEquals(200, response.statusCode(), () -> outcome.toString().substring(0, 300));
    assertEquals(MANY + 2, outcome.get("events").size());
    JsonNode guest = mapper.readTree(get("/v1/partitions/guest").body());
    assertEquals(MANY, guest.get("actualPages").asInt());
  }

  /** All or nothing, however many came before. */
  @Test
  void theLastOfThemMayFailThemAll() throws Exception {
    List<String> operations = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      operations.add("{'op':'AddProcessor','processor':%d,'cell':0}".formatted(i));
    }
    operations.add("{'op':'StartPartition','partition':'nobody'}");
    HttpResponse<String> response = submit(operations);
    assertEquals(409, response.statusCode());
    assertEquals(MANY, mapper.readTree(response.body()).get("operation").asInt());
    assertEquals(0, mapper.readTree(get("/v1/processors").body()).size());
  }

  @Test
  void moreThanThereMayBeIsSaid() throws Exception {
    HttpResponse<String> many =
        submit(Collections.nCopies(Transaction.MAX_OPERATIONS + 1, "{'op':'Tick'}"));
    assertEquals(400, many.statusCode());
    assertTrue(many.body().contains("number of operations"), many.body());
    assertTrue(many.body().contains("" + Transaction.MAX_OPERATIONS), many.body());
    HttpResponse<String> large =
        submit(
            Collections.nCopies(
                90_000, "{'op':'AddProcessor','processor':4096,'cell':0            }"));
    assertEquals(413, large.statusCode());
    assertTrue(large.body().contains("longer than 4194304 bytes"), large.body());
    assertEquals(1, cluster.leaves().size(), "nothing was submitted");
  }

  private HttpResponse<String> submit(List<String> operations) throws Exception {
    String body =
        "{'session':1,'requestId':1,'operations':[%s]}".formatted(String.join(",", operations));
    return http.send(
        HttpRequest.newBuilder(uri("/v1/transactions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create(servers.getFirst().address() + path);
  }
}
