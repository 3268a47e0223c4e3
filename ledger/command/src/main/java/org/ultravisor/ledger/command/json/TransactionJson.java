package org.ultravisor.ledger.command.json;

import java.util.List;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/**
 * Transactions and what became of them, as people and programs write them. Any thread.
 *
 * <pre>{@code
 * {"issuer": "ops", "operations": [
 *   {"op": "AssignPages", "partition": "guest-1", "range": {"first": 4096, "count": 256}}]}
 * }</pre>
 *
 * <p>Session, request id, preconditions, guest frame, rights, labels, limits may be left out. An
 * integer may be a string such as {@code "0x1000"}; a range may be {@code {"address":
 * "0x100000000", "bytes": "4GiB"}}.
 */
public final class TransactionJson {
  public static final Form<Transaction> TRANSACTION = Forms.of(Transaction.class);
  public static final Form<Outcome> OUTCOME = Forms.of(Outcome.class);
  public static final Form<Event> EVENT = Forms.of(Event.class);
  public static final Form<LeafView> LEAF = Forms.of(LeafView.class);

  private TransactionJson() {}

  /**
   * Parses one transaction.
   *
   * @throws BadRequest saying where, what was found and what was expected
   */
  public static Transaction parse(byte[] json) {
    return JsonText.read(TRANSACTION, json);
  }

  /** Parses one transaction, or an array of them, to be submitted one after the other. */
  public static List<Transaction> parseAll(byte[] json) {
    return JsonText.read(ONE_OR_MORE, json);
  }

  /** The same of YAML; JSON is YAML too, but for its better messages use {@link #parseAll}. */
  public static List<Transaction> parseAllYaml(byte[] yaml) {
    return JsonText.readYaml(ONE_OR_MORE, yaml);
  }

  /** Prints compact JSON that {@link #parse} reads. */
  public static String print(Transaction transaction) {
    return JsonText.print(TRANSACTION, transaction);
  }

  /** Prints compact JSON. */
  public static String print(Outcome outcome) {
    return JsonText.print(OUTCOME, outcome);
  }

  private static final Form<List<Transaction>> ONE_OR_MORE = new OneOrMoreForm<>(TRANSACTION);
}
