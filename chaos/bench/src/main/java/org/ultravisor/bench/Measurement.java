package org.ultravisor.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * One metric of one case.
 *
 * @param cpuMicrosPerOperation processor time of all processes of the case for one operation, in
 *     microseconds; NaN where no operation is counted
 * @param othersPercent how much of the machine other processes used meanwhile, 0 to 100; NaN where
 *     that was not measured
 * @param config what a reader must know to repeat it
 */
record Measurement(
    String caseId,
    String metric,
    String unit,
    Samples samples,
    double cpuMicrosPerOperation,
    double othersPercent,
    Map<String, String> config) {

  Measurement {
    config = new TreeMap<>(config);
  }

  /** The line that {@code bench run --json} prints. */
  String toJson() {
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("case", caseId).put("metric", metric).put("unit", unit);
    line.put("median", rounded(samples.median()));
    line.put("min", rounded(samples.min()));
    line.put("max", rounded(samples.max()));
    line.put("runs", samples.runs());
    putIfMeasured(line, "cpu_us_per_operation", cpuMicrosPerOperation);
    putIfMeasured(line, "others_pct_of_machine", othersPercent);
    ObjectNode settings = line.putObject("config");
    config.forEach(settings::put);
    return line.toString();
  }

  private static void putIfMeasured(ObjectNode line, String name, double value) {
    if (Double.isNaN(value)) {
      line.putNull(name);
    } else {
      line.put(name, rounded(value));
    }
  }

  /** Four significant digits are more than any of these measurements is good for. */
  private static double rounded(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return value;
    }
    double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
    return Math.round(value * scale) / scale;
  }
}
