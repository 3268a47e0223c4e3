package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/refusals.md} is the enum, told to people. {@code -Dultravisor.docs.rewrite=true}
 * writes it anew.
 */
final class RefusalsDocTest {
  private static final Path PAGE = Path.of("../../docs/refusals.md");

  @Test
  void pageSaysWhatTheEnumSays() throws IOException {
    String page = page();
    if (Boolean.getBoolean("ultravisor.docs.rewrite")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertEquals(
        page,
        Files.readString(PAGE),
        "docs/refusals.md is out of date; write it with -Dultravisor.docs.rewrite=true");
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Why a transaction was refused

            A refusal is definite: nothing changed, now or later. Of several reasons the first in this list is
            given. Codes are stable and never used again. *Leaf* says whether the refused transaction has a leaf in
            the audit log; a request that was refused as such (its session, its ids) has none, and the same ids may
            be tried again.

            This page is generated from `Refusal` in `ledger/core`.

            | code | name | leaf | meaning |
            | ---: | --- | --- | --- |
            """);
    for (Refusal refusal : Refusal.values()) {
      page.append(
          "| %d | `%s` | %s | %s |\n"
              .formatted(
                  refusal.code(),
                  refusal,
                  refusal.leavesNoLeaf() ? "no" : "yes",
                  refusal.sentence()));
    }
    return page.toString();
  }

  @Test
  void codesAreUnique() {
    Set<Integer> codes = new HashSet<>();
    for (Refusal refusal : Refusal.values()) {
      assertTrue(codes.add(refusal.code()), refusal + " uses code " + refusal.code() + " again");
    }
  }
}
