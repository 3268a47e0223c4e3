package org.ultravisor.bench;

import java.util.List;
import java.util.Map;
import org.ultravisor.node.local.Directories;

/** F: bytes of a range, in memory and on disk, for the shapes that memory takes. */
final class MemoryCase implements BenchCase {

  @Override
  public String id() {
    return "F";
  }

  @Override
  public String title() {
    return "bytes of one of 1,000,000 ranges: memory by shape, and disk with history";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) throws Exception {
    Figures figures = new Figures();
    VmTrace trace = VmTrace.load();
    for (int run = 0; run < settings.runs(); run++) {
      MemoryShapes.Shape traced = MemoryShapes.traced(trace);
      MemoryShapes.Cost cost = weigh("memory_bytes_per_range", "map", traced, figures);
      progress.say(
          "F: run %d of %d: %d ranges of %s, %,d bytes of owner map, %,d of memory maps"
              .formatted(
                  run + 1,
                  settings.runs(),
                  traced.ranges().size(),
                  trace.source(),
                  cost.ownerBytes(),
                  cost.mapBytes()));
      weigh("memory_bytes_per_page", "map_separate", MemoryShapes.separate(), figures);
      weigh("memory_bytes_per_range_whole", "map_whole", MemoryShapes.whole(), figures);
      weigh("memory_bytes_per_range_half", "map_half", MemoryShapes.half(), figures);
      weigh("memory_bytes_per_scattered_page", "map_scattered", MemoryShapes.scattered(), figures);
      try (Directories places = Directories.create("bench")) {
        figures.add(
            "disk_bytes_per_range", DiskUse.bytesPerRange(places.disk().resolve("store"), traced));
      }
    }
    return figures.measurements(id(), "bytes", config(trace));
  }

  private static MemoryShapes.Cost weigh(
      String metric, String maps, MemoryShapes.Shape shape, Figures figures) {
    MemoryShapes.Cost cost = MemoryShapes.cost(shape);
    double ranges = shape.ranges().size();
    figures.add(metric, cost.ownerBytes() / ranges);
    figures.add("memory_%s_bytes_per_range".formatted(maps), cost.mapBytes() / ranges);
    return cost;
  }

  private static Map<String, String> config(VmTrace trace) {
    return Map.of(
        "ranges",
        Integer.toString(MemoryShapes.RANGES),
        "trace",
        trace.source(),
        "hosts",
        "of 8 TiB",
        "memory",
        "heap: owner map with search data; memory_map_*: guest to host and back",
        "disk",
        "store of %d assignments a transaction, all history, closed".formatted(DiskUse.BATCH));
  }
}
