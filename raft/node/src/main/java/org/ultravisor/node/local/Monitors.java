package org.ultravisor.node.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ultravisor.bridge.AckReader;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.bridge.MonitorAck;
import org.ultravisor.bridge.MonitorStatistics;

/** What the native monitors count, read from their acknowledgement files. One thread. */
public final class Monitors {
  private final Map<String, AckReader> readers = new LinkedHashMap<>();

  public Monitors(Path hostDirectory, List<String> partitions) {
    HostDirectory directory = new HostDirectory(hostDirectory);
    partitions.forEach(p -> readers.put(p, new AckReader(directory, p)));
  }

  /** The counters of all monitors together; the stall is the longest of any. */
  public record Totals(
      long pagesMapped, long checksGood, long checksBad, long faultsContained, long stallMillis) {}

  public Totals totals() throws IOException {
    long pages = 0;
    long good = 0;
    long bad = 0;
    long faults = 0;
    long stall = 0;
    for (AckReader reader : readers.values()) {
      Optional<MonitorAck> ack = reader.poll();
      if (ack.isPresent()) {
        MonitorStatistics statistics = ack.get().statistics();
        pages += statistics.pagesMapped();
        good += statistics.checksGood();
        bad += statistics.checksBad();
        faults += statistics.faultsContained();
        stall = Math.max(stall, statistics.longestStall() / 1_000_000);
      }
    }
    return new Totals(pages, good, bad, faults, stall);
  }

  /**
   * Whether every guest has its pages, has found its own data again and was stopped at least once.
   */
  public boolean allAtWork() throws IOException {
    for (AckReader reader : readers.values()) {
      Optional<MonitorAck> ack = reader.poll();
      if (ack.isEmpty()
          || ack.get().statistics().checksGood() == 0
          || ack.get().statistics().faultsContained() == 0) {
        return false;
      }
    }
    return true;
  }
}
