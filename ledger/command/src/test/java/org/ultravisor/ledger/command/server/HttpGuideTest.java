package org.ultravisor.ledger.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.command.FakeCluster;
import org.ultravisor.ledger.command.json.TransactionJson;

/** The guide docs/http.md names every path there is and no other, and its examples are right. */
class HttpGuideTest {
  private static final Path GUIDE = Path.of("../../docs/http.md");
  private static final Pattern PATH = Pattern.compile("\\| `(?:GET|POST) (/[^`?]*)");
  private static final Pattern CODE = Pattern.compile("```(json|yaml)\n(.*?)```", Pattern.DOTALL);

  @Test
  void itNamesEveryPath() throws Exception {
    FakeCluster.Replica replica = new FakeCluster().addReplica();
    Set<String> there = new TreeSet<>();
    try (CommandServer server =
        CommandServer.start(
            ServerOptions.at("127.0.0.1", 0),
            replica,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      new ObjectMapper()
          .readTree(server.openApi())
          .get("paths")
          .fieldNames()
          .forEachRemaining(there::add);
    }
    Set<String> named = new TreeSet<>();
    Matcher path = PATH.matcher(Files.readString(GUIDE));
    while (path.find()) {
      named.add(path.group(1));
    }
    assertEquals(there, named);
  }

  @Test
  void itsTransactionsAreRead() throws Exception {
    int seen = 0;
    Matcher code = CODE.matcher(Files.readString(GUIDE));
    while (code.find()) {
      byte[] text = code.group(2).getBytes(StandardCharsets.UTF_8);
      List<?> transactions =
          code.group(1).equals("json")
              ? TransactionJson.parseAll(text)
              : TransactionJson.parseAllYaml(text);
      assertFalse(transactions.isEmpty());
      seen++;
    }
    assertTrue(seen >= 2, "found " + seen + " examples");
  }
}
