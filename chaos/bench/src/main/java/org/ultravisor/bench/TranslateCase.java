package org.ultravisor.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** J: translation in a native reader beside an array of the same size. */
final class TranslateCase implements BenchCase {
  private static final String GIB = "64";
  private static final List<String> METRICS =
      List.of(
          "translate_ns_dependent",
          "array_ns_dependent",
          "translate_ns_batch",
          "translate_ns_independent",
          "array_ns_independent",
          "translate_ns_hot",
          "translate_4m_ns_dependent",
          "translate_4m_ns_independent");

  @Override
  public String id() {
    return "J";
  }

  @Override
  public String title() {
    return "translation in the native monitor, random pages of 64 GiB, beside an array";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) throws Exception {
    Figures figures = new Figures();
    for (int run = 0; run < settings.runs(); run++) {
      progress.say("J: run %d of %d".formatted(run + 1, settings.runs()));
      try (NativeBench bench = NativeBench.start("translate", "--gib", GIB)) {
        JsonNode result = bench.result();
        for (String metric : METRICS) {
          figures.add(metric, NativeBench.number(result, metric));
        }
      }
    }
    return figures.measurements(
        id(), "ns", Map.of("gib", GIB, "leaves", "4 KiB, and 4 MiB where named"));
  }
}
