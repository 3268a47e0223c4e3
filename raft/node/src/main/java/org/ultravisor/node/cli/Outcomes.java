package org.ultravisor.node.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;

/** Outcomes and what led to them, in words. */
final class Outcomes {
  private static final int NAMES_SHOWN = 3;

  private Outcomes() {}

  /** A sentence. */
  static String sentence(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Committed committed ->
          "Committed as leaf %d: %s.".formatted(committed.sequence(), events(committed.events()));
      case Outcome.Refused refused ->
          "Refused%s: %s. %s %s"
              .formatted(
                  refused.operation() < 0 ? "" : " at operation " + refused.operation(),
                  refused.reason(),
                  refused.reason().sentence(),
                  refused.detail())
              .strip();
    };
  }

  /** A few words for a table. */
  static String word(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Committed _ -> "committed";
      case Outcome.Refused refused -> "refused " + refused.reason();
    };
  }

  static String operations(List<Operation> operations) {
    return names(
        operations.stream().map(operation -> operation.getClass().getSimpleName()).toList());
  }

  static String events(List<Event> events) {
    return events.isEmpty()
        ? "nothing had to change"
        : names(events.stream().map(event -> event.getClass().getSimpleName()).toList());
  }

  private static String names(List<String> names) {
    List<String> distinct = names.stream().distinct().toList();
    String shown = distinct.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
    return distinct.size() <= NAMES_SHOWN && names.size() == distinct.size()
        ? shown
        : "%s%s (%d)".formatted(shown, distinct.size() > NAMES_SHOWN ? ", ..." : "", names.size());
  }
}
