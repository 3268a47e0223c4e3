package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run has met: a checker that met nothing has checked nothing. */
final class ModelCoverage {
  private final Map<String, Long> operations = new TreeMap<>();
  private final Map<String, Long> facts = new TreeMap<>();
  private final Map<Refusal, Long> refusals = new EnumMap<>(Refusal.class);
  long transactions;
  long committed;
  long operationsAsked;
  long repeated;

  void committed(List<Operation> asked, List<Event> events) {
    transactions++;
    committed++;
    operationsAsked += asked.size();
    asked.forEach(each -> operations.merge(each.getClass().getSimpleName(), 1L, Long::sum));
    events.forEach(each -> facts.merge(each.getClass().getSimpleName(), 1L, Long::sum));
  }

  void refused(List<Operation> asked, Refusal reason) {
    transactions++;
    operationsAsked += asked.size();
    refusals.merge(reason, 1L, Long::sum);
  }

  void refused(Refusal reason) {
    refusals.merge(reason, 1L, Long::sum);
  }

  /** The kinds of operation that never committed. */
  List<String> operationsMissing() {
    return missing(Operation.class, operations);
  }

  /** The kinds of fact that never came about. */
  List<String> factsMissing() {
    return missing(Event.class, facts);
  }

  private static List<String> missing(Class<?> sealed, Map<String, Long> met) {
    List<String> missing = new ArrayList<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      if (!met.containsKey(kind.getSimpleName())) {
        missing.add(kind.getSimpleName());
      }
    }
    return missing;
  }

  List<Refusal> refusalsMissing() {
    List<Refusal> missing = new ArrayList<>(List.of(Refusal.values()));
    missing.removeAll(refusals.keySet());
    return missing;
  }

  /** Share of transactions that were committed. */
  double share() {
    return transactions == 0 ? 0 : (double) committed / transactions;
  }

  @Override
  public String toString() {
    return "%d operations in %d transactions, %.0f %% committed, %d retries%n  %s%n  %s%n  %s"
        .formatted(
            operationsAsked, transactions, 100 * share(), repeated, operations, refusals, facts);
  }
}
