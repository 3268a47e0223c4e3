package org.ultravisor.node.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the demo saw. It passed only if every promise held; nothing checked is not a pass.
 *
 * @param syntheticInventory whether the machine's real inventory could not be read
 * @param monitorLongestStallMs the longest time that any monitor did not run its loop
 * @param guestChecksGood pattern checks of guests that found what they had written
 * @param guestChecksBad those that did not, or saw another's data
 * @param containedFaults accesses outside a view that were stopped
 */
record DemoReport(
    int replicas,
    boolean syntheticInventory,
    long pagesInstalled,
    int partitions,
    int monitors,
    double clusterStartS,
    long transactionsAcknowledged,
    long acknowledgedLost,
    long failoverMs,
    long monitorLongestStallMs,
    long guestChecksGood,
    long guestChecksBad,
    long containedFaults,
    int replicasCompared,
    boolean replicaHashesEqual,
    boolean auditVerified,
    long auditLeaves,
    double revocationMsP50,
    double totalS) {
  /** Longer than any pause of a busy two-core machine that we have seen; a hang is longer. */
  static final long STALL_LIMIT_MS = 5_000;

  /** What did not hold, in sentences; empty if the demo passed. */
  List<String> violations() {
    List<String> found = new ArrayList<>();
    require(found, pagesInstalled > 0, "no memory was installed");
    require(found, monitors > 0, "no monitor ran");
    require(found, transactionsAcknowledged > 0, "no transaction was acknowledged");
    require(
        found, acknowledgedLost == 0, acknowledgedLost + " acknowledged transactions were lost");
    require(found, failoverMs > 0, "writes did not come back after the leader was killed");
    require(
        found,
        monitorLongestStallMs <= STALL_LIMIT_MS,
        "a monitor stood still for " + monitorLongestStallMs + " ms");
    require(found, guestChecksGood > 0, "no guest checked its memory");
    require(found, guestChecksBad == 0, guestChecksBad + " guest checks found wrong data");
    require(found, containedFaults > 0, "no access outside a view was tried and stopped");
    require(
        found,
        replicasCompared == replicas,
        "only %d replicas could be compared".formatted(replicasCompared));
    require(found, replicaHashesEqual, "replicas have different hashes");
    require(found, auditLeaves > 0, "the audit log is empty");
    require(found, auditVerified, "the audit log does not verify");
    require(found, revocationMsP50 > 0, "no page was taken back");
    return found;
  }

  private static void require(List<String> found, boolean holds, String otherwise) {
    if (!holds) {
      found.add(otherwise);
    }
  }

  String toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("passed", violations().isEmpty());
    json.put("replicas", replicas);
    json.put("synthetic_inventory", syntheticInventory);
    json.put("pages_installed", pagesInstalled);
    json.put("partitions", partitions);
    json.put("monitors", monitors);
    json.put("cluster_start_s", clusterStartS);
    json.put("transactions_acknowledged", transactionsAcknowledged);
    json.put("acknowledged_lost", acknowledgedLost);
    json.put("failover_ms", failoverMs);
    json.put("monitor_longest_stall_ms", monitorLongestStallMs);
    json.put("guest_checks_good", guestChecksGood);
    json.put("guest_checks_bad", guestChecksBad);
    json.put("contained_faults", containedFaults);
    json.put("replicas_compared", replicasCompared);
    json.put("replica_hashes_equal", replicaHashesEqual);
    json.put("audit_verified", auditVerified);
    json.put("audit_leaves", auditLeaves);
    json.put("revocation_ms_p50", revocationMsP50);
    json.put("total_s", totalS);
    var violations = json.putArray("violations");
    violations().forEach(violations::add);
    try {
      return new ObjectMapper()
          .disable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot be printed", e);
    }
  }

  /** The table that people see, with a verdict below. */
  String toTable() {
    StringBuilder text = new StringBuilder();
    row(text, "replicas", replicas + " processes");
    row(
        text,
        "memory installed",
        pages(pagesInstalled) + (syntheticInventory ? " (synthetic)" : ""));
    row(text, "partitions, native monitors", partitions + ", " + monitors);
    row(text, "cluster ready after", seconds(clusterStartS));
    row(text, "transactions acknowledged", "%,d".formatted(transactionsAcknowledged));
    row(text, "of these lost", "%,d".formatted(acknowledgedLost));
    row(text, "leader killed: writes again after", failoverMs + " ms");
    row(text, "longest stall of any monitor", monitorLongestStallMs + " ms");
    row(
        text,
        "guest memory checks, wrong ones",
        "%,d, %,d".formatted(guestChecksGood, guestChecksBad));
    row(text, "accesses contained", "%,d".formatted(containedFaults));
    row(text, "page taken back (p50)", "%.1f ms".formatted(revocationMsP50));
    row(
        text,
        "state hashes of replicas",
        replicaHashesEqual ? "equal (" + replicasCompared + ")" : "DIFFERENT");
    row(
        text,
        "audit log replayed",
        (auditVerified ? "verified, " : "NOT VERIFIED, ") + "%,d leaves".formatted(auditLeaves));
    row(text, "took", seconds(totalS));
    List<String> violations = violations();
    text.append(violations.isEmpty() ? "PASSED: all of it held.\n" : "FAILED:\n");
    violations.forEach(v -> text.append("  - ").append(v).append('\n'));
    return text.toString();
  }

  private static void row(StringBuilder text, String what, String value) {
    text.append("  %-36s %s%n".formatted(what, value));
  }

  private static String seconds(double s) {
    return String.format(Locale.ROOT, "%.1f s", s);
  }

  private static String pages(long pages) {
    return String.format(Locale.ROOT, "%,d pages (%.1f GiB)", pages, pages * 4096.0 / (1L << 30));
  }
}
