package org.ultravisor.bridge;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Wakes processes that wait on a word of shared memory. Linux on x86-64 and AArch64; elsewhere
 * {@link #wakeAll} does nothing, and waiters come back when their timeout is over.
 */
final class Futex {
  private static final int WAKE = 1;

  private final @Nullable MethodHandle syscall;
  private final long number;

  Futex() {
    String machine = System.getProperty("os.arch");
    boolean linux = System.getProperty("os.name").equals("Linux");
    this.number = machine.equals("aarch64") ? 98 : 202;
    boolean known = linux && (machine.equals("amd64") || machine.equals("aarch64"));
    this.syscall = known ? link() : null;
  }

  // Calling the system is what this class is for; the launcher grants it with
  // --enable-native-access.
  @SuppressWarnings("restricted")
  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
        Linker.Option.firstVariadicArg(1));
  }

  /** Wakes all that wait on the 32-bit word at the offset. */
  void wakeAll(MemorySegment memory, long offset) {
    if (syscall == null) {
      return;
    }
    try {
      long woken =
          (long)
              syscall.invokeExact(
                  number,
                  memory.asSlice(offset, 4),
                  WAKE,
                  Integer.MAX_VALUE,
                  MemorySegment.NULL,
                  MemorySegment.NULL,
                  0);
      if (woken < 0) {
        throw new IllegalStateException("the kernel refused a futex wake");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call the kernel's futex", e);
    }
  }
}
