package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Transactions that others than the local principal ask: some may, some may not. */
final class ModelPrincipals {
  private static final List<Principal> OTHERS =
      List.of(
          Principal.of("keeper", Role.OPERATIONS),
          Principal.of("commander", Role.COMMAND),
          Principal.of("both", Role.OPERATIONS, Role.COMMAND, Role.AUDITOR),
          Principal.of("n1", Role.REPLICA),
          Principal.of("reader", Role.AUDITOR),
          Principal.of("nobody"),
          Principal.monitor("watchers", "a", "io1"));

  private final ModelChoices choose;
  private final ModelOperations operations;
  private final ModelReports reports;
  private final LedgerQueries queries;
  private long nonces = 1000;

  ModelPrincipals(
      ModelChoices choose,
      ModelOperations operations,
      ModelReports reports,
      LedgerQueries queries) {
    this.choose = choose;
    this.operations = operations;
    this.reports = reports;
    this.queries = queries;
  }

  /** What one of them asks now. */
  Submission next() {
    Principal principal = choose.one(OTHERS);
    Transaction transaction = transaction(principal);
    return new Submission(principal, transaction, transaction.operations().hashCode());
  }

  private Transaction transaction(Principal principal) {
    SessionInfo session = session(principal);
    if (session == null || choose.oneIn(20)) {
      // Another's nonce, now and then.
      long nonce = choose.oneIn(4) ? 1 : nonces++;
      return Transaction.sessionless("model", new Operation.OpenSession(nonce));
    }
    if (choose.oneIn(3)) {
      return Transaction.sessionless("model", reports.report().toArray(Operation[]::new));
    }
    List<Operation> asked = new ArrayList<>(List.of(operations.operation()));
    if (choose.oneIn(3)) {
      asked.addAll(choose.oneIn(2) ? reports.report() : List.of(operations.operation()));
    }
    if (choose.oneIn(10)) {
      return Transaction.sessionless("model", asked.toArray(Operation[]::new));
    }
    // A retry, or ids that leave the window, now and then.
    long request = session.lastSequence() + (choose.oneIn(10) ? 5000 : 1);
    long lowest = choose.oneIn(10) ? 0 : request;
    return new Transaction(session.session(), request, lowest, "model", List.of(), asked);
  }

  /** A session of the principal's, or of another; null if there is none. */
  private @Nullable SessionInfo session(Principal principal) {
    boolean any = choose.oneIn(8);
    return choose.maybe(
        queries.sessions().stream()
            .filter(session -> any || session.owner().equals(principal.name()))
            .toList());
  }
}
