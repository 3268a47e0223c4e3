package org.ultravisor.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ultravisor.bridge.AckReader;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.bridge.PublicationLoad;
import org.ultravisor.bridge.ViewOptions;
import org.ultravisor.bridge.ViewPublisher;
import org.ultravisor.bridge.ViewWriter;
import org.ultravisor.node.local.Directories;
import org.ultravisor.node.local.Waiting;

/** K: from the beginning of an apply until a native reader sees it. */
final class VisibleCase implements BenchCase {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PARTITION = "guest";
  private static final int NUMBER = 1;
  private static final int PER_SECOND = 1000;

  @Override
  public String id() {
    return "K";
  }

  @Override
  public String title() {
    return "from apply to visible in a native reader, spinning and waiting";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) throws Exception {
    Figures figures = new Figures();
    for (int run = 0; run < settings.runs(); run++) {
      progress.say("K: run %d of %d".formatted(run + 1, settings.runs()));
      for (boolean wait : new boolean[] {false, true}) {
        JsonNode result = measure(settings.seconds(), wait);
        for (String quantile : List.of("p50", "p99")) {
          String metric = "visible_us_%s_%s".formatted(quantile, wait ? "wait" : "spin");
          figures.add(metric, NativeBench.number(result, metric));
        }
      }
    }
    return figures.measurements(
        id(),
        "us",
        Map.of("transactions_per_s", Integer.toString(PER_SECOND), "kind", "a whole new version"));
  }

  private static JsonNode measure(int seconds, boolean wait) throws Exception {
    PublicationLoad load = new PublicationLoad(PublicationLoad.Kind.MOVE, PER_SECOND, seconds);
    try (Directories places = Directories.create("bench-view");
        ViewPublisher publisher =
            new ViewPublisher(
                new HostDirectory(places.host()), "r1", "host", 1, 0, ViewOptions.DEFAULT)) {
      ViewWriter view = publisher.openPartitionView(NUMBER, PARTITION);
      view.publish(1);
      load.warmUp(view);
      List<String> arguments =
          new ArrayList<>(List.of("visible", places.host().toString(), "r1", PARTITION));
      if (wait) {
        arguments.add("--wait");
      }
      try (NativeBench bench = NativeBench.start(arguments.toArray(String[]::new))) {
        AckReader ack = publisher.acknowledgements(PARTITION);
        Waiting.until("the reader follows the view", PATIENCE, () -> ack.poll().isPresent());
        load.run(view);
        publisher.retirePartitionView(NUMBER);
        return bench.result();
      }
    }
  }
}
