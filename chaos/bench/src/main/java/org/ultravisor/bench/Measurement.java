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
 * @param othersPercent how much of the machine other processes used meanwhile, 0 to 100
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
    if (Double.isNaN(cpuMicrosPerOperation)) {
      line.putNull("cpu_us_per_operation");
    } else {
      line.put("cpu_us_per_operation", rounded(cpuMicrosPerOperation));
    }
    line.put("others_pct_of_machine", rounded(othersPercent));
    ObjectNode settings = line.putObject("config");
    config.forEach(settings::put);
    return line.toString();
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
