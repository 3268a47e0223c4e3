package org.ultravisor.node.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where the build put the native programs.
 *
 * @param directory holds {@code ultrahost}, {@code ultramonitor} and {@code ultraguest}
 */
public record NativePrograms(Path directory) {
  private static final Path BUILT = Path.of("monitor-bridge", "native", "target", "native");

  /**
   * Finds them below the project's home, which the launcher gives as {@code ultravisor.home}, or
   * else below the working directory or one that it lies in.
   */
  public static NativePrograms find() throws IOException {
    Path start = Path.of(System.getProperty("ultravisor.home", "")).toAbsolutePath();
    for (Path home : Stream.iterate(start, p -> p != null, Path::getParent).toList()) {
      Path candidate = home.resolve(BUILT);
      if (Files.isExecutable(candidate.resolve("ultramonitor"))) {
        return new NativePrograms(candidate);
      }
    }
    throw new IOException(
        "the native programs are not built: no %s below %s or above it; run: mvn -DskipTests package"
            .formatted(BUILT.resolve("ultramonitor"), start));
  }

  public Path program(String name) {
    return directory.resolve(name);
  }
}
