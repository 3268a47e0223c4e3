package org.ultravisor.bench;

import java.util.Arrays;

/** Figures of several runs. */
record Samples(double median, double min, double max, int runs) {

  static Samples of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no samples: a case that measured nothing has no figure");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Samples(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }
}
