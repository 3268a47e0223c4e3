package org.ultravisor.node.process;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** A process' meters, some of which are looked up anew whenever somebody asks for them. */
final class ReplicaRegistry extends PrometheusMeterRegistry {
  private volatile Runnable refresh = () -> {};

  ReplicaRegistry() {
    super(PrometheusConfig.DEFAULT);
  }

  /** Done before each answer, by whichever thread asks. */
  void beforeEachAnswer(Runnable task) {
    refresh = task;
  }

  @Override
  public String scrape() {
    refresh.run();
    return super.scrape();
  }
}
