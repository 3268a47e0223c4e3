package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/roles.md} is the table of {@link Permissions}, told to people. {@code
 * -Dultravisor.docs.rewrite=true} writes it anew.
 */
final class RolesDocTest {
  private static final Path PAGE = Path.of("../../docs/roles.md");

  @Test
  void pageSaysWhatTheTableSays() throws IOException {
    String page = page();
    if (Boolean.getBoolean("ultravisor.docs.rewrite")) {
      Files.writeString(PAGE, page);
    }
    assertEquals(
        page,
        Files.readString(PAGE),
        "docs/roles.md is out of date; write it with -Dultravisor.docs.rewrite=true");
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Who may ask what

            The command channel authenticates who asks, by the client's certificate ([security](security.md)), and
            the roles in it say which operations that principal may ask. A transaction with an operation that they do
            not allow is refused as a whole with `NOT_PERMITTED` before anything else is looked at, and the attempt is
            a leaf of the audit log. Whoever has a certificate of the cluster may read. Sessions belong to the principal
            that opened them. Without TLS, which only this machine can reach, everybody is `(local)` and may ask
            everything.

            This page is generated from `Permissions` in `ledger/core`.

            | role | what it does |
            | --- | --- |
            """);
    for (Role role : Role.values()) {
      page.append("| `%s` | %s |\n".formatted(role, role.sentence()));
    }
    page.append("\n| operation |");
    for (Role role : Role.values()) {
      page.append(" %s |".formatted(role));
    }
    page.append("\n| --- |").append(" --- |".repeat(Role.values().length)).append('\n');
    List<Class<? extends Operation>> operations =
        Permissions.operations().stream()
            .sorted(
                Comparator.<Class<? extends Operation>, Role>comparing(
                        operation -> Permissions.roles(operation).getFirst())
                    .thenComparing(Class::getSimpleName))
            .toList();
    for (Class<? extends Operation> operation : operations) {
      page.append("| `%s` |".formatted(operation.getSimpleName()));
      for (Role role : Role.values()) {
        String condition = Permissions.condition(role, operation);
        boolean may = Permissions.roles(operation).contains(role);
        page.append(" %s |".formatted(!may ? "" : condition.isEmpty() ? "yes" : condition));
      }
      page.append('\n');
    }
    return page.toString();
  }
}
