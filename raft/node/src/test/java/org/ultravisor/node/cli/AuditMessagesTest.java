package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AuditMessagesTest {
  private final StringWriter said = new StringWriter();
  private final AtomicLong nanos = new AtomicLong(-5);

  @Test
  void speaksOnlyNowAndThen() {
    AuditMessages messages = new AuditMessages(new PrintWriter(said), nanos::get);
    messages.leaves(256);
    nanos.addAndGet(2_000_000_000L);
    messages.leaves(1_234_567);
    messages.leaves(1_234_823);
    nanos.addAndGet(1_999_999_999L);
    messages.invariants("sessions");
    nanos.addAndGet(1);
    messages.invariants("memory maps");
    assertEquals(
        """
        1,234,567 leaves are checked ...
        All leaves are checked; now the invariants of memory maps ...
        """,
        said.toString());
  }
}
