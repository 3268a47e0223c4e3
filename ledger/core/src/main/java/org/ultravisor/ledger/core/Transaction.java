package org.ultravisor.ledger.core;

import java.util.List;

/**
 * A request over the command channel: all operations happen, in order, or none does.
 *
 * @param session issued by the ledger; {@link #NO_SESSION} only for operations that are harmless
 *     when done twice
 * @param requestId chosen by the client, rising within its session, from 1; the same id again gets
 *     the first answer again
 * @param lowestUnanswered the lowest request id whose answer the client still wants; answers below
 *     it are forgotten
 * @param issuer who asks, for the audit log
 * @param preconditions checked in order before the first operation
 * @param operations 1 to {@link #MAX_OPERATIONS}
 */
public record Transaction(
    long session,
    long requestId,
    long lowestUnanswered,
    String issuer,
    List<Precondition> preconditions,
    List<Operation> operations) {
  public static final long NO_SESSION = 0;
  public static final int MAX_OPERATIONS = 100_000;

  public Transaction {
    Shape.notNegative("session", session);
    Shape.notNegative("request id", requestId);
    Shape.between("lowest unanswered request id", lowestUnanswered, 0, requestId);
    Shape.name("issuer", issuer);
    preconditions = List.copyOf(preconditions);
    operations = List.copyOf(operations);
    Shape.between("number of operations", operations.size(), 1, MAX_OPERATIONS);
    Shape.between("number of preconditions", preconditions.size(), 0, MAX_OPERATIONS);
  }

  /** A transaction of a session without preconditions. */
  public static Transaction of(
      long session, long requestId, String issuer, List<Operation> operations) {
    return new Transaction(session, requestId, requestId, issuer, List.of(), operations);
  }

  /** A transaction of operations that are harmless when done twice. */
  public static Transaction sessionless(String issuer, Operation... operations) {
    return new Transaction(NO_SESSION, 0, 0, issuer, List.of(), List.of(operations));
  }
}
