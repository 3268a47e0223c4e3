package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.ultravisor.mapping.PageRange;

/** Keeps {@code docs/limits.md}; {@code -Dultravisor.docs.rewrite=true} writes it. */
final class LimitsDocTest {
  private static final Path PAGE = Path.of("../../docs/limits.md");

  @Test
  void pageSaysWhatTheCodeSays() throws IOException {
    String page = page();
    if (Boolean.getBoolean("ultravisor.docs.rewrite")) {
      Files.writeString(PAGE, page);
    }
    assertEquals(
        page,
        Files.readString(PAGE),
        "docs/limits.md is out of date; write it with -Dultravisor.docs.rewrite=true");
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Limits of the ledger

            These are part of the ledger's rules, the same on every replica. What passes a limit of a request's shape
            is a bad request (400) and reaches no log; what passes a limit of the state is refused, or makes
            something older expire, as said here. Limits of the command channel are in [http.md](http.md).

            This page is generated from the constants of `ledger/core`.

            | what | limit |
            | --- | ---: |
            """);
    row(page, "host frames (of 4 KiB) that can be numbered", PageRange.FRAME_LIMIT);
    row(page, "host frames in one host's window", 1L << PageChecks.WINDOW_BITS);
    row(page, "guest frames of a partition", Shape.GUEST_FRAME_LIMIT);
    row(page, "partitions and NUMA cells ever (numbers are not used again)", Descriptors.MAX_CELL);
    row(page, "characters of a name", Shape.MAX_NAME);
    row(page, "labels of a partition", Shape.MAX_LABELS);
    row(page, "cells named by one operation", Shape.MAX_CELLS);
    row(page, "operations in a transaction, and preconditions", Transaction.MAX_OPERATIONS);
    row(page, "request ids of a session that may be outstanding", Answer.WINDOW);
    row(page, "open sessions; of more, those idle for longest expire", Sessions.MOST_SESSIONS);
    row(
        page,
        "answers kept for all sessions; from there on each transaction expires the idlest session",
        Sessions.MOST_ANSWERS);
    row(page, "ms of ledger time until an idle session expires", Sessions.MOST_IDLE_MILLIS);
    row(page, "sessions that expire with one transaction", Sessions.MOST_EXPIRED_AT_ONCE);
    row(page, "processors, and devices, that one reservation names", Operation.Reserve.MOST_NAMED);
    row(page, "ms until a reservation times out", Operation.Reserve.MOST_TIMEOUT_MILLIS);
    row(
        page,
        "reservations that expire with one transaction",
        ReservationDecider.MOST_EXPIRED_AT_ONCE);
    return page.toString();
  }

  private static void row(StringBuilder page, String what, long limit) {
    page.append(String.format(Locale.ROOT, "| %s | %,d |%n", what, limit));
  }
}
