package org.ultravisor.ledger.codec;

import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;

/** What is around operations and events: entries, transactions, outcomes, leaves. */
final class EnvelopeFormats {
  /** Numbers of a transaction that come before what it asks. */
  static final int IDS_BEFORE_CONTENT = 3;

  private EnvelopeFormats() {}

  static void addTo(Formats to) {
    to.add(
        Entry.class,
        (out, v) -> {
          out.number(v.ledgerTime()).number(v.submissions().size());
          v.submissions().forEach(out::known);
        },
        in -> new Entry(in.number(), in.manyKnown(Submission.class)));
    to.add(
        Submission.class,
        (out, v) -> stamp(out.known(v.transaction()), v),
        in -> Submission.local(in.known(Transaction.class), in.fixed()));
    to.add(
        Transaction.class,
        (out, v) -> {
          out.number(v.session()).number(v.requestId()).number(v.lowestUnanswered());
          content(out, v);
        },
        in ->
            new Transaction(
                in.number(),
                in.number(),
                in.number(),
                in.text(),
                in.many(Precondition.class),
                in.many(Operation.class)));
    to.add(
        Leaf.class,
        (out, v) ->
            out.number(v.sequence()).number(v.ledgerTime()).known(v.submission()).one(v.outcome()),
        in ->
            new Leaf(in.number(), in.number(), in.known(Submission.class), in.one(Outcome.class)));
    to.add(
        AuditLeaf.class,
        (out, v) -> out.known(v.leaf()).hash(v.stateHash()),
        in -> new AuditLeaf(in.known(Leaf.class), in.hash()));
    to.add(
        Outcome.Committed.class,
        (out, v) -> out.number(v.sequence()).many(v.events()),
        in -> new Outcome.Committed(in.number(), in.many(Event.class)));
    to.add(
        Outcome.Refused.class,
        (out, v) ->
            out.number(v.sequence())
                .orMinusOne(v.operation())
                .number(v.reason().code())
                .text(v.detail()),
        in ->
            new Outcome.Refused(
                in.number(), Math.toIntExact(in.orMinusOne()), in.refusal(), in.text()));
    addPreconditions(to);
    addEndStates(to);
  }

  /** What a submission has behind its transaction. */
  static void stamp(Sink out, Submission submission) {
    out.fixed(submission.fingerprint());
  }

  /** What a transaction asks, without the ids under which it asks it. */
  static void content(Sink out, Transaction transaction) {
    out.text(transaction.issuer());
    out.many(transaction.preconditions());
    out.many(transaction.operations());
  }

  private static void addPreconditions(Formats to) {
    to.add(
        Precondition.PartitionVersion.class,
        (out, v) -> out.text(v.partition()).number(v.version()),
        in -> new Precondition.PartitionVersion(in.text(), in.number()));
    to.add(
        Precondition.PageOwner.class,
        (out, v) -> out.range(v.range()).text(v.partition()),
        in -> new Precondition.PageOwner(in.range(), in.text()));
    to.add(
        Precondition.PolicyVersion.class,
        (out, v) -> out.text(v.policy()).number(v.version()),
        in -> new Precondition.PolicyVersion(in.text(), in.number()));
    to.add(
        Precondition.AtSequence.class,
        (out, v) -> out.number(v.sequence()),
        in -> new Precondition.AtSequence(in.number()));
  }

  private static void addEndStates(Formats to) {
    to.add(EndState.Available.class, (out, v) -> {}, in -> EndState.AVAILABLE);
    to.add(
        EndState.Owned.class,
        (out, v) -> out.number(v.partition()).orMinusOne(v.guestFrame()).rights(v.rights()),
        in -> new EndState.Owned(in.integer(), in.orMinusOne(), in.rights()));
    to.add(EndState.Poisoned.class, (out, v) -> {}, in -> EndState.POISONED);
    to.add(EndState.Lent.class, (out, v) -> {}, in -> EndState.LENT);
    to.add(EndState.Returned.class, (out, v) -> {}, in -> EndState.RETURNED);
    to.add(
        EndState.Protected.class,
        (out, v) -> out.rights(v.rights()),
        in -> new EndState.Protected(in.rights()));
  }
}
