package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The master in-memory database: which partition holds which resource. Executes transactions in the
 * order of the log, decides by its state alone, and applies what it decided. One thread.
 *
 * <p>Always, between calls:
 *
 * <ul>
 *   <li>Every installed page has exactly one descriptor, and sums over descriptors equal what is
 *       installed.
 *   <li>A page is mapped by a partition only if that partition owns it and it is not being revoked.
 *   <li>A page that is being revoked is in no map and cannot be assigned; it reaches its end state
 *       only after the acknowledgements and the scrub that it awaits.
 *   <li>Limits hold. No partition is gone while it holds something.
 *   <li>Each request of a session has at most one outcome; sequences have no gaps.
 *   <li>Nothing happens that the roles of who asked do not allow; that it was asked is recorded.
 *   <li>Equal histories give equal state hashes, at every sequence.
 * </ul>
 *
 * <p>An {@link InvariantViolation} leaves the ledger unusable: stop the process.
 */
public final class Ledger {
  /**
   * The newest rules that this program decides by; it knows all before them, too. A ledger whose
   * active rules are newer must not be executed here.
   */
  public static final int NEWEST_RULES = 1;

  private final State state = new State();
  private final Decider decider = new Decider(state);
  private final PathChecks paths = new PathChecks(state);
  private final Applier applier = new Applier(state);
  private final Prefetch prefetch = new Prefetch(state);
  private final Sessions sessions;
  private final LiveChecks checks = new LiveChecks(state);
  private final LiveQueries queries = new LiveQueries(state);

  /** An empty ledger, at sequence 0. */
  public Ledger() {
    this(Sessions.MOST_SESSIONS, Sessions.MOST_ANSWERS);
  }

  /** With another bound on sessions, which is part of the rules and so differs only in tests. */
  Ledger(int mostSessions, int mostAnswers) {
    this.sessions = new Sessions(state, mostSessions, mostAnswers);
  }

  /**
   * The ledger that an image was taken of.
   *
   * @param expected the image's hash
   * @param records all of the image's records, in its order
   * @throws IllegalStateException if the records are not an image's or do not have that hash; says
   *     what differs
   */
  public static Ledger restore(long sequence, StateHash expected, Iterable<StateRecord> records) {
    Ledger ledger = new Ledger();
    new Restorer(ledger.state).restore(sequence, expected, records);
    return ledger;
  }

  /**
   * Decides on a transaction and applies what follows: all or nothing.
   *
   * @param ledgerTime milliseconds since 1970, stamped by the leader; one that goes back is taken
   *     as the last one
   */
  public Execution execute(long ledgerTime, Submission submission) {
    Execution known = sessions.answer(submission);
    if (known instanceof Execution.Repeated) {
      return known;
    }
    Outcome.Refused forbidden =
        Permissions.forbidden(submission.principal(), submission.transaction().operations());
    if (known instanceof Execution.Rejected(Outcome.Refused rejected)) {
      if (forbidden == null && rejected.reason() != Refusal.NOT_PERMITTED) {
        return known;
      }
      forbidden = rejected.reason() == Refusal.NOT_PERMITTED ? rejected : forbidden;
    }
    long sequence = state.sequence + 1;
    long time = Math.max(ledgerTime, state.ledgerTime);
    state.now = time;
    boolean counts = known == null;
    if (counts) {
      sessions.use(submission.transaction().session());
    }
    Outcome outcome =
        forbidden == null
            ? outcome(submission, sequence, time)
            : new Outcome.Refused(
                sequence, forbidden.operation(), forbidden.reason(), forbidden.detail());
    finish(counts ? submission : null, sequence, time);
    return new Execution.Executed(new Leaf(sequence, time, submission, outcome));
  }

  /**
   * Looks at the memory that some of these submissions will need, so that the processor waits for
   * all of it at once. Changes nothing and may be left out; worth it where many are executed one
   * after another, as those of one entry of the log.
   *
   * @param next index of the one that is executed next; every call but one in some dozens does
   *     nothing
   */
  public void prefetch(List<Submission> submissions, int next) {
    if (next % Prefetch.AHEAD == 0) {
      prefetch.lookAtSingles(submissions, next);
    }
  }

  /**
   * Applies a leaf's facts without deciding, as recovery and audit do.
   *
   * @throws InvariantViolation if the leaf is not the next one, or contradicts the state
   */
  public void replay(Leaf leaf) {
    Invariant.check(
        leaf.sequence() == state.sequence + 1,
        "leaf %d does not follow sequence %d",
        leaf.sequence(),
        state.sequence);
    Invariant.check(
        leaf.ledgerTime() >= state.ledgerTime,
        "ledger time goes back from %d to %d at leaf %d",
        state.ledgerTime,
        leaf.ledgerTime(),
        leaf.sequence());
    state.now = leaf.ledgerTime();
    boolean counts = counts(leaf);
    if (counts) {
      sessions.use(leaf.submission().transaction().session());
    }
    if (leaf.outcome() instanceof Outcome.Committed committed) {
      applyAll(committed.events(), leaf.sequence(), leaf.ledgerTime());
    }
    finish(counts ? leaf.submission() : null, leaf.sequence(), leaf.ledgerTime());
  }

  /**
   * Whether a leaf is its session's answer to a request. One that is only the record of a forbidden
   * attempt may name another's session, or ids that the session does not take.
   */
  private boolean counts(Leaf leaf) {
    return !(leaf.outcome() instanceof Outcome.Refused refused)
        || refused.reason() != Refusal.NOT_PERMITTED
        || sessions.answer(leaf.submission()) == null;
  }

  private Outcome outcome(Submission submission, long sequence, long time) {
    Transaction transaction = submission.transaction();
    for (Precondition precondition : transaction.preconditions()) {
      Decision.Rejected unmet = decider.unmet(precondition);
      if (unmet != null) {
        return new Outcome.Refused(sequence, -1, unmet.reason(), unmet.detail());
      }
    }
    return transaction.operations().size() == 1 && !paths.concern(transaction.operations())
        ? one(submission, sequence, time)
        : several(submission, sequence, time);
  }

  private Outcome one(Submission submission, long sequence, long time) {
    Transaction transaction = submission.transaction();
    return switch (decider.decide(submission.principal(), transaction.operations().getFirst())) {
      case Decision.Rejected(Refusal reason, String detail) ->
          new Outcome.Refused(sequence, 0, reason, detail);
      case Decision.Accepted(List<Event> events) -> {
        applyAll(events, sequence, time);
        yield committed(transaction, events, sequence, time);
      }
    };
  }

  /** Each operation is decided on the state that those before it left. */
  private Outcome several(Submission submission, long sequence, long time) {
    Transaction transaction = submission.transaction();
    List<Operation> operations = transaction.operations();
    List<Event> events = new ArrayList<>(operations.size());
    PathChecks.@Nullable Before before =
        paths.concern(operations) ? paths.before(operations) : null;
    state.journal.begin();
    for (int i = 0; i < operations.size(); i++) {
      if (i % Prefetch.AHEAD == 0) {
        prefetch.lookAt(operations, i);
      }
      switch (decider.decide(submission.principal(), operations.get(i))) {
        case Decision.Rejected(Refusal reason, String detail) -> {
          state.journal.rollBack();
          return new Outcome.Refused(sequence, i, reason, detail);
        }
        case Decision.Accepted(List<Event> facts) -> {
          applyAll(facts, sequence, time);
          facts.forEach(events::add); // mostly one: cheaper than addAll's array
        }
      }
    }
    Decision.Rejected noPath = before == null ? null : paths.newlyBroken(operations, before);
    if (noPath != null) {
      state.journal.rollBack();
      return new Outcome.Refused(sequence, -1, noPath.reason(), noPath.detail());
    }
    state.journal.commit();
    return committed(transaction, events, sequence, time);
  }

  private Outcome committed(Transaction transaction, List<Event> events, long sequence, long time) {
    List<Event> sessionsExpired = sessions.expiring(time, transaction.session());
    List<Event> timedOut = decider.expiring(time);
    if (sessionsExpired.isEmpty() && timedOut.isEmpty()) {
      return new Outcome.Committed(sequence, events);
    }
    applyAll(sessionsExpired, sequence, time);
    applyAll(timedOut, sequence, time);
    List<Event> all = new ArrayList<>(events);
    all.addAll(sessionsExpired);
    all.addAll(timedOut);
    return new Outcome.Committed(sequence, all);
  }

  private void applyAll(List<Event> events, long sequence, long time) {
    for (int i = 0; i < events.size(); i++) {
      if (i % Prefetch.AHEAD == 0 && events.size() > 1) {
        prefetch.lookAtEvents(events, i);
      }
      applier.apply(events.get(i), sequence, time);
    }
  }

  /**
   * @param answered to remember the answer to; null if it is no request of its session
   */
  private void finish(@Nullable Submission answered, long sequence, long time) {
    checks.run();
    if (answered != null) {
      sessions.remember(answered, sequence, time);
    }
    state.sequence = sequence;
    state.ledgerTime = time;
  }

  /** Sequence of the last transaction; 0 for an empty ledger. */
  public long sequence() {
    return state.sequence;
  }

  /** Ledger time of the last transaction. */
  public long ledgerTime() {
    return state.ledgerTime;
  }

  /** Hash of the whole state, kept by the difference. */
  public StateHash hash() {
    return state.hash();
  }

  /** The state now, unchanging; its cost depends on what changed since the last image or reader. */
  public StateImage image() {
    return new Image(state);
  }

  /** Queries on the state as it is, for the ledger's thread. */
  public LedgerQueries queries() {
    return queries;
  }

  /** Queries on the state now, unchanging, for any one thread. */
  public LedgerReader reader() {
    return new Reader(new Image(state));
  }

  /**
   * Checks everything that must always hold, at a cost of the whole state.
   *
   * @throws InvariantViolation saying what does not hold
   */
  public void checkInvariants() {
    checkInvariants(part -> {});
  }

  /**
   * As {@link #checkInvariants()}, which may take minutes for a large state.
   *
   * @param progress told what is checked next
   */
  public void checkInvariants(Consumer<String> progress) {
    new InvariantChecks(state, progress).run();
  }

  State state() {
    return state;
  }
}
