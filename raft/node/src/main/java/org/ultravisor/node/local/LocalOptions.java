package org.ultravisor.node.local;

import java.util.ArrayList;
import java.util.List;

/**
 * How a local cluster runs.
 *
 * @param replicas how many, odd
 * @param hostName the one host that all of them serve
 * @param electionMinimumMillis least time without a leader before an election
 * @param jvmOptions of each replica's JVM
 */
public record LocalOptions(
    int replicas,
    String hostName,
    int electionMinimumMillis,
    int electionMaximumMillis,
    List<String> jvmOptions) {
  private static final List<String> ACCESS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC");

  /** Names the file of what the JVM learnt in a rehearsal; the launcher sets it. */
  private static final String LEARNT = "ultravisor.learnt";

  public LocalOptions {
    if (replicas < 1 || replicas % 2 == 0) {
      throw new IllegalArgumentException("replicas must be an odd number: " + replicas);
    }
    jvmOptions = List.copyOf(jvmOptions);
  }

  /** For a run of a minute on shared processors: only the quick compiler, patient elections. */
  public static LocalOptions forShortRuns(int replicas) {
    return new LocalOptions(
        replicas, "localhost", 500, 1000, with("-XX:TieredStopAtLevel=1", "-Xmx512m"));
  }

  /** For measurements: both compilers, a fixed heap. */
  public static LocalOptions forMeasurements(int replicas) {
    return new LocalOptions(replicas, "localhost", 500, 1000, with("-Xms1g", "-Xmx1g"));
  }

  private static List<String> with(String... more) {
    List<String> options = new ArrayList<>(ACCESS);
    options.addAll(List.of(more));
    String learnt = System.getProperty(LEARNT, "");
    if (!learnt.isEmpty()) {
      options.add("-XX:AOTCache=" + learnt);
    }
    return options;
  }
}
