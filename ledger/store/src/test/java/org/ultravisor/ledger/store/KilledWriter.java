package org.ultravisor.ledger.store;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * The process that {@link KillTest} kills. Prints {@code committed INDEX} after each commit and
 * {@code durable INDEX} when a flush or a copy has said so.
 */
final class KilledWriter {
  /** So small that files are written and merged all the time. */
  static final StoreOptions OPTIONS =
      StoreOptions.DEFAULT.withLeavesPerFlush(64).withWriteBufferBytes(64 << 10);

  private KilledWriter() {}

  /** Arguments: directory, seed of the workload, last index, directory for copies. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    Workload workload = KillTest.workload(Long.parseLong(arguments[1]));
    long last = Long.parseLong(arguments[2]);
    Path copies = Path.of(arguments[3]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (LedgerStore store = LedgerStore.open(directory, OPTIONS)) {
      CompletableFuture<Applied> flush = CompletableFuture.completedFuture(store.applied());
      for (long index = store.applied().index() + 1; index <= last; index++) {
        workload.step(store, index);
        out.println("committed " + index);
        if (flush.isDone()) {
          out.println("durable " + flush.join().index());
          flush =
              index % 3 == 0
                  ? store.checkpoint(copies.resolve(ProcessHandle.current().pid() + "-" + index))
                  : store.flushState();
        }
      }
    }
  }
}
