package org.ultravisor.node.architecture.planted;

import java.nio.file.Files;
import java.nio.file.Path;

/** Breaks every rule that can be broken in one class, in a package that nothing marks. */
final class PlantedViolations {
  private PlantedViolations() {}

  static long impure() {
    System.out.println(Files.exists(Path.of("/")));
    return System.nanoTime();
  }
}
