package org.ultravisor.node.cli;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import org.ultravisor.ledger.store.AuditProgress;

/**
 * Says on standard error how far an audit has come, if it takes longer than people like to wait.
 */
final class AuditMessages implements AuditProgress {
  private static final long SILENCE_NANOS = 2_000_000_000L;

  private final PrintWriter err;
  private final LongSupplier nanos;
  private long lastSaid;

  AuditMessages(PrintWriter err) {
    this(err, System::nanoTime);
  }

  /**
   * @param nanos the time, as {@link System#nanoTime}
   */
  AuditMessages(PrintWriter err, LongSupplier nanos) {
    this.err = err;
    this.nanos = nanos;
    this.lastSaid = nanos.getAsLong();
  }

  @Override
  public void leaves(long checked) {
    say("%,d leaves are checked ...".formatted(checked));
  }

  @Override
  public void invariants(String part) {
    say("All leaves are checked; now the invariants of " + part + " ...");
  }

  private void say(String what) {
    long now = nanos.getAsLong();
    if (now - lastSaid >= SILENCE_NANOS) {
      lastSaid = now;
      err.println(what);
      err.flush();
    }
  }
}
