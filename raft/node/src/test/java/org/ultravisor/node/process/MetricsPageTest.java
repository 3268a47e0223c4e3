package org.ultravisor.node.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.node.local.FreePorts;

/**
 * docs/metrics.md lists what a replica serves at {@code /metrics}; {@code
 * -Dultravisor.docs.rewrite=true} writes it.
 */
class MetricsPageTest {
  private static final Path PAGE = Path.of("../../docs/metrics.md");
  private static final Pattern HELP = Pattern.compile("^# HELP (\\S+) (.*)$", Pattern.MULTILINE);
  private static final Pattern TYPE = Pattern.compile("^# TYPE (\\S+) (\\w+)$", Pattern.MULTILINE);

  @TempDir Path root = Path.of("");

  @Test
  void everyMeterIsOnThePage() throws Exception {
    String page = page(served());
    if (Boolean.getBoolean("ultravisor.docs.rewrite")) {
      Files.writeString(PAGE, page);
    }
    assertEquals(page, Files.readString(PAGE));
  }

  private String served() throws Exception {
    List<Integer> ports = FreePorts.find(2);
    NodeConfig config =
        new NodeConfig(
            "r1",
            List.of(new NodeConfig.Member("r1", "127.0.0.1", ports.get(0), ports.get(1))),
            root.resolve("r1"),
            new NodeConfig.Host("h", 0, root.resolve("host")),
            new NodeConfig.Election(500, 1000));
    try (ReplicaProcess process = ReplicaProcess.start(config);
        HttpClient http = HttpClient.newHttpClient()) {
      get(http, process.address().resolve("/v1/status")); // so that there is a request to measure
      String text = get(http, process.address().resolve("/metrics"));
      assertTrue(text.contains("ledger_raft_role{role="), text);
      return text;
    }
  }

  private static String get(HttpClient http, URI address) throws Exception {
    return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** Those of the JVM depend on its collector and version, so that only ours are listed. */
  private static String page(String served) {
    Map<String, String> types = new TreeMap<>();
    Matcher type = TYPE.matcher(served);
    while (type.find()) {
      types.put(type.group(1), type.group(2));
    }
    Map<String, String> rows = new TreeMap<>();
    Matcher help = HELP.matcher(served);
    while (help.find()) {
      String name = help.group(1);
      if (name.startsWith("ledger_")) {
        rows.put(name, "| `%s` | %s | %s |".formatted(name, types.get(name), help.group(2)));
      }
    }
    return """
    # Metrics

    `GET /metrics` of a replica's command channel, in Prometheus' text format. This page is held to the
    code by `MetricsPageTest`. The JVM's own meters are Micrometer's: `jvm_gc_*`, `jvm_memory_*`,
    `jvm_threads_*`, `jvm_classes_*`, `process_cpu_*`, `system_cpu_*`, `process_files_*` and `process_uptime_*`.

    | name | type | |
    | --- | --- | --- |
    """
        + String.join("\n", rows.values())
        + "\n";
  }
}
