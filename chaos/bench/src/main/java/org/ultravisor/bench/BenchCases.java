package org.ultravisor.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** All cases, in the order of the goals. */
final class BenchCases {
  private static final List<BenchCase> ALL =
      List.of(
          AssignCase.small(),
          AssignCase.batches(),
          AssignCase.latency(),
          new FailoverCase(),
          new OwnersCase(),
          new MemoryCase(),
          new ReplayCase(),
          new CoreCostCase(),
          new CoreRateCase(),
          new TranslateCase(),
          new VisibleCase(),
          new RestartCase());

  private BenchCases() {}

  static List<BenchCase> all() {
    return ALL;
  }

  static Optional<BenchCase> named(String id) {
    String upper = id.toUpperCase(Locale.ROOT);
    return ALL.stream().filter(c -> c.id().equals(upper)).findFirst();
  }

  /** The letters, for messages. */
  static String ids() {
    return String.join(", ", ALL.stream().map(BenchCase::id).toList());
  }
}
