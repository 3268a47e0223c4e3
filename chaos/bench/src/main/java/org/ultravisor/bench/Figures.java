package org.ultravisor.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the runs of a case measured, by metric, in the order in which metrics first came. */
final class Figures {
  private final Map<String, List<Double>> values = new LinkedHashMap<>();

  void add(String metric, double value) {
    values.computeIfAbsent(metric, name -> new ArrayList<>()).add(value);
  }

  /** The metric's figures so far; throws if there are none. */
  Samples of(String metric) {
    List<Double> found = values.getOrDefault(metric, List.of());
    return Samples.of(found.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** A measurement a metric, of cases that do not measure processor time. */
  List<Measurement> measurements(String caseId, String unit, Map<String, String> config) {
    return values.keySet().stream()
        .map(
            metric ->
                new Measurement(caseId, metric, unit, of(metric), Double.NaN, Double.NaN, config))
        .toList();
  }
}
