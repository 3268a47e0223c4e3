package org.ultravisor.node.cli;

import java.time.Instant;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/** Leaves in words. */
final class Leaves {
  private Leaves() {}

  /** One line. */
  static String line(LeafView leaf) {
    Transaction transaction = leaf.transaction();
    String what =
        leaf.outcome() instanceof Outcome.Committed committed
            ? Outcomes.events(committed.events())
            : Outcomes.operations(transaction.operations()) + ": " + Outcomes.word(leaf.outcome());
    return "#%d %s %s %s".formatted(leaf.sequence(), time(leaf), transaction.issuer(), what);
  }

  static Table table() {
    return new Table("LEAF", "TIME", "ISSUER", "SESSION", "REQUEST", "OPERATIONS", "OUTCOME");
  }

  static void row(Table table, LeafView leaf) {
    Transaction transaction = leaf.transaction();
    table.row(
        leaf.sequence(),
        time(leaf),
        transaction.issuer(),
        transaction.session() == 0 ? "-" : transaction.session(),
        transaction.session() == 0 ? "-" : transaction.requestId(),
        Outcomes.operations(transaction.operations()),
        Outcomes.word(leaf.outcome()));
  }

  private static String time(LeafView leaf) {
    return Instant.ofEpochMilli(leaf.ledgerTime()).toString();
  }
}
