package org.ultravisor.bench;

import java.util.List;

/**
 * One case of the benchmark's contract. Implementations are stateless; a run owns what it starts.
 */
interface BenchCase {

  /** The letter by which the goals know it. */
  String id();

  /** What is measured, in a sentence. */
  String title();

  /** Measures {@code settings.runs()} times and summarises; stops all that it started. */
  List<Measurement> run(BenchSettings settings, Progress progress) throws Exception;
}
