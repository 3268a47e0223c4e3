package org.ultravisor.node.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a process that wrote its number and start time into a file still lives. */
final class ProcessLife {
  private static final int START_FIELD = 22;

  private ProcessLife() {}

  /**
   * @param start clock ticks since boot, as in {@code /proc/PID/stat}; 0 if the writer did not know
   */
  static boolean isAlive(long pid, long start) {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    try {
      String text = Files.readString(stat);
      // The second field is the program's name in brackets and may hold anything.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      boolean zombie = fields[0].equals("Z") || fields[0].equals("X");
      return !zombie && (start == 0 || Long.parseLong(fields[START_FIELD - 3]) == start);
    } catch (IOException e) {
      return false; // there is no such process, or it ended while we read
    }
  }
}
