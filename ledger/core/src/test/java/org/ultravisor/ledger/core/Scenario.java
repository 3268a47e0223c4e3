package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ultravisor.mapping.PageRange;

/**
 * Runs the commands of one scenario and says what came of them. A line is one transaction, its
 * operations and preconditions separated by {@code ;}. Session 1 is open from the start, at
 * sequence 1, and its request ids rise by themselves; {@code @SESSION REQUEST LOWEST} before a
 * transaction says them, {@code @none} sends it without a session. {@code as NAME ROLES PARTITIONS}
 * before that says who asks, {@code -} for no partitions. Other lines:
 *
 * <pre>
 *   time MILLIS      the leader's clock goes on, or back
 *   audit            sums over owners, after all invariants have been checked
 *   partitions, revocations, loans, channels, services, promises, policies,
 *   reservations, deadline, monitors, sessions, processors, devices, memory,
 *   hosts, compacted
 *   owner FRAME, status SESSION REQUEST, pending [PARTITION], paths PARTITION
 * </pre>
 */
final class Scenario {
  final Ledger ledger = new Ledger(4, Sessions.MOST_ANSWERS);
  private final List<Leaf> leaves = new ArrayList<>();
  private final List<StateHash> hashes = new ArrayList<>();
  private long now = 1000;
  private long request;

  Scenario() {
    execute(Principal.LOCAL, Transaction.sessionless("scenario", new Operation.OpenSession(1)));
  }

  /** What the command prints; empty or lines that end with a newline. */
  String run(String line) {
    String[] words = line.split(" ", -1);
    LedgerQueries queries = ledger.queries();
    return switch (words[0]) {
      case "time" -> {
        now += Long.parseLong(words[1]);
        yield "";
      }
      case "audit" -> audit();
      case "partitions" -> lines(queries.partitions());
      case "revocations" -> lines(queries.revocations());
      case "loans" -> lines(queries.loans());
      case "channels" -> lines(queries.channels());
      case "services" -> lines(queries.services());
      case "promises" -> lines(queries.promises());
      case "policies" -> lines(queries.policies());
      case "monitors" -> lines(queries.monitors());
      case "pending" ->
          lines(
              queries.pending(
                  words.length == 1 ? 0 : queries.partition(words[1]).orElseThrow().id()));
      case "paths" -> lines(paths(words[1]));
      case "reservations" -> lines(queries.reservations());
      case "deadline" -> lines(List.of(queries.nextDeadline()));
      case "sessions" -> lines(queries.sessions());
      case "processors" -> lines(queries.processors());
      case "devices" -> lines(queries.devices());
      case "memory?" -> lines(queries.memory());
      case "hosts" -> lines(queries.hosts());
      case "replicas" -> lines(queries.replicas());
      case "compacted" -> "  through " + queries.compactedThrough() + "\n";
      case "owner" -> lines(List.of(queries.ownerOf(Long.parseLong(words[1]))));
      case "status" ->
          lines(List.of(queries.requestStatus(Long.parseLong(words[1]), Long.parseLong(words[2]))));
      case "as" -> {
        String[] head = line.split(" ", 5);
        yield transact(principal(head[1], head[2], head[3]), head[4]);
      }
      default -> transact(Principal.LOCAL, line);
    };
  }

  /** Frozen images say the same as the live state. */
  private List<PathInfo> paths(String partition) {
    int number = ledger.queries().partition(partition).orElseThrow().id();
    List<PathInfo> paths = ledger.queries().paths(number);
    try (LedgerReader frozen = ledger.reader()) {
      assertEquals(paths, frozen.paths(number), "paths of a frozen image");
    }
    return paths;
  }

  private static Principal principal(String name, String roles, String partitions) {
    return new Principal(
        name,
        roles.equals("none")
            ? List.of()
            : Arrays.stream(roles.split(",", -1)).map(Role::valueOf).toList(),
        partitions.equals("-") ? List.of() : List.of(partitions.split(",", -1)));
  }

  private String transact(Principal principal, String line) {
    long session = 1;
    long lowest = 0;
    String text = line;
    if (line.startsWith("@none ")) {
      session = 0;
      text = line.substring(6);
    } else if (line.startsWith("@")) {
      String[] head = line.split(" ", 4);
      session = Long.parseLong(head[0].substring(1));
      request = Long.parseLong(head[1]);
      lowest = Long.parseLong(head[2]);
      text = head[3];
    } else {
      request++;
      lowest = request;
    }
    List<Precondition> preconditions = new ArrayList<>();
    List<Operation> operations = new ArrayList<>();
    for (String part : text.split(";", -1)) {
      if (ScenarioVerbs.isPrecondition(part)) {
        preconditions.add(ScenarioVerbs.precondition(part));
      } else {
        operations.add(ScenarioVerbs.operation(part));
      }
    }
    Transaction transaction =
        new Transaction(
            session, session == 0 ? 0 : request, lowest, "scenario", preconditions, operations);
    return execute(principal, transaction);
  }

  private String execute(Principal principal, Transaction transaction) {
    int fingerprint = transaction.operations().hashCode();
    Execution execution = ledger.execute(now, new Submission(principal, transaction, fingerprint));
    ledger.checkInvariants();
    return switch (execution) {
      case Execution.Executed(Leaf leaf) -> {
        leaves.add(leaf);
        hashes.add(ledger.hash());
        yield said(leaf.outcome());
      }
      case Execution.Repeated(long sequence) -> "repeated #" + sequence + "\n";
      case Execution.Rejected(Outcome.Refused refused) -> said(refused);
    };
  }

  private static String said(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Committed(long sequence, List<Event> events) ->
          "#" + sequence + " committed\n" + lines(events);
      case Outcome.Refused(long sequence, int operation, Refusal reason, String detail) ->
          "%s%s%s: %s\n"
              .formatted(
                  sequence == 0 ? "no leaf " : "#" + sequence + " ",
                  operation > 0 ? "operation " + operation + " " : "",
                  reason,
                  detail);
    };
  }

  private static String lines(List<?> things) {
    StringBuilder lines = new StringBuilder();
    things.forEach(thing -> lines.append("  ").append(thing).append('\n'));
    return lines.toString();
  }

  private String audit() {
    StringBuilder sums = new StringBuilder();
    PageChecks names = new PageChecks(ledger.state());
    for (MemoryRegionInfo region : ledger.queries().memory()) {
      PageRange range = region.range();
      ledger
          .state()
          .memory
          .owner()
          .forEachRun(
              range,
              (first, count, descriptor) ->
                  sums.append(
                      "  %s %s\n".formatted(new PageRange(first, count), names.name(descriptor))));
    }
    return sums.toString();
  }

  /** All of it again, into an empty ledger. */
  void replay() {
    Ledger again = new Ledger();
    for (int i = 0; i < leaves.size(); i++) {
      again.replay(leaves.get(i));
      assertEquals(hashes.get(i), again.hash(), "hash at sequence " + (i + 1));
    }
  }
}
