package org.ultravisor.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ultravisor.mapping.Scale;
import org.ultravisor.mapping.Tier;

/** H: what deciding and applying costs as blocks and installed memory grow. */
final class CoreCostCase implements BenchCase {
  private static final List<Tier> TIERS = List.of(Tier.K, Tier.M, Tier.G, Tier.T, Tier.P);
  private static final long ONE_GIB = 1L << 18;
  private static final int WARM_UP_CYCLES = 40_000;
  private static final int CYCLES = 20_000;
  private static final int INTERVALS = 9;
  private static final String IN_SMALL = "K with 1 GiB installed";

  @Override
  public String id() {
    return "H";
  }

  @Override
  public String title() {
    return "cost of assign, release and scrub by tier and by installed memory, core alone";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) {
    Figures ratios = new Figures();
    Figures cycles = new Figures();
    for (int run = 0; run < settings.runs(); run++) {
      progress.say("H: run %d of %d".formatted(run + 1, settings.runs()));
      CoreWorkload small = new CoreWorkload(ONE_GIB);
      CoreWorkload large = new CoreWorkload(Scale.LEDGER.frames(Tier.E));
      for (Tier tier : TIERS) {
        large.nanosPerCycle(tier, WARM_UP_CYCLES);
      }
      small.nanosPerCycle(Tier.K, WARM_UP_CYCLES);

      // Interleaved, so that the machine's moods strike all alike; medians, so that they do not
      // show.
      Figures nanos = new Figures();
      for (int i = 0; i < INTERVALS; i++) {
        for (Tier tier : TIERS) {
          nanos.add(tier.name(), large.nanosPerCycle(tier, CYCLES));
        }
        nanos.add(IN_SMALL, small.nanosPerCycle(Tier.K, CYCLES));
      }
      double[] medians = TIERS.stream().mapToDouble(t -> nanos.of(t.name()).median()).toArray();
      Samples spread = Samples.of(medians);
      ratios.add("cost_ratio_over_tiers", spread.max() / spread.min());
      ratios.add("cost_ratio_over_installed", medians[0] / nanos.of(IN_SMALL).median());
      cycles.add("cycle_ns_tier_k", medians[0]);
      progress.say(
          "H: ns a cycle by tier %s, K with 1 GiB installed %.0f"
              .formatted(
                  Arrays.toString(Arrays.stream(medians).mapToLong(Math::round).toArray()),
                  nanos.of(IN_SMALL).median()));
    }
    Map<String, String> config =
        Map.of("cycles", Integer.toString(CYCLES), "installed", "1 GiB and 4 EiB", "tiers", "K..P");
    List<Measurement> measurements = new ArrayList<>(ratios.measurements(id(), "ratio", config));
    measurements.addAll(cycles.measurements(id(), "ns", config));
    return measurements;
  }
}
