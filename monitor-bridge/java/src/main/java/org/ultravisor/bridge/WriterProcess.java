package org.ultravisor.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Who writes, and its clock.
 *
 * @param pid of this process
 * @param start when it started, in clock ticks since boot; 0 if that cannot be known
 * @param clock CLOCK_MONOTONIC in nanoseconds
 */
record WriterProcess(long pid, long start, LongSupplier clock) {
  static WriterProcess current() {
    return new WriterProcess(ProcessHandle.current().pid(), startTicks(), System::nanoTime);
  }

  private static long startTicks() {
    try {
      String text = Files.readString(Path.of("/proc/self/stat"));
      // The second field is the program's name in brackets and may hold anything.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[22 - 3]);
    } catch (IOException e) {
      return 0; // no /proc here: the field says "not known"
    }
  }
}
