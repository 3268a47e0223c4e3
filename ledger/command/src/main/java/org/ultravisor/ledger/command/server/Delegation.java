package org.ultravisor.ledger.command.server;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;

/**
 * A replica that passes a request on says whose it is: {@code NAME;ROLE,...;PARTITION,...} in a
 * header, which counts from replicas only.
 */
final class Delegation {
  static final String HEADER = "X-Ledger-Principal";

  private Delegation() {}

  static String text(Principal principal) {
    return "%s;%s;%s"
        .formatted(
            principal.name(),
            principal.roles().stream().map(Role::name).collect(Collectors.joining(",")),
            String.join(",", principal.partitions()));
  }

  /** Whose a request is that comes from the sender with this header. */
  static Principal principal(Principal sender, @Nullable String header) {
    if (header == null) {
      return sender;
    }
    if (!sender.has(Role.REPLICA)) {
      throw new BadRequest("header " + HEADER, "one from " + sender, "one from a replica only");
    }
    String[] parts = header.split(";", -1);
    try {
      if (parts.length == 3) {
        Principal asker =
            new Principal(
                parts[0], list(parts[1]).stream().map(Role::valueOf).toList(), list(parts[2]));
        if (!asker.isLocal()) {
          return asker;
        }
      }
    } catch (IllegalArgumentException e) {
      throw wrong(header, e);
    }
    throw wrong(header, null);
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
  }

  private static BadRequest wrong(String header, @Nullable Exception cause) {
    BadRequest bad =
        new BadRequest("header " + HEADER, "'" + header + "'", "NAME;ROLE,...;PARTITION,...");
    if (cause != null) {
      bad.initCause(cause);
    }
    return bad;
  }
}
