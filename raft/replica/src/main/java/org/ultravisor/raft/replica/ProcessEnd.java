package org.ultravisor.raft.replica;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.LoggerFactory;

/**
 * The end of the process, now, whatever its other threads do. {@link Runtime#halt} is not enough:
 * it waits until all threads have stopped, and then runs the exit handlers of native libraries;
 * those of RocksDB wait for its own threads, which on a disk that failed may never end. {@code
 * _exit(2)} asks nobody.
 */
public final class ProcessEnd {
  private static final MethodHandle EXIT = exit();

  private ProcessEnd() {}

  @SuppressWarnings("restricted") // native access is granted to the whole program
  private static MethodHandle exit() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("_exit"),
        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
  }

  /**
   * Has what {@link #now} needs loaded: nothing can be loaded from a disk that has failed. Called
   * when a replica starts.
   */
  static void prepare() {
    LoggerFactory.getLogger(ProcessEnd.class).debug("Ending by {}", EXIT);
  }

  /** Does not return. What was written to files before is as safe as after a SIGKILL. */
  public static void now(int exitCode) {
    try {
      EXIT.invokeExact(exitCode);
    } catch (Throwable e) { // what a method handle declares; the call itself throws nothing
      LoggerFactory.getLogger(ProcessEnd.class).error("_exit could not be called", e);
    }
    Runtime.getRuntime().halt(exitCode);
  }
}
