package org.ultravisor.ledger.core;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * The words of scenarios, one operation or precondition each. Ranges are {@code first..last}, or
 * {@code w1:first..last} in host window 1; {@code at any} lets the ledger choose.
 */
final class ScenarioVerbs {
  private ScenarioVerbs() {}

  /** The words of one operation, taken one after another. */
  private static final class Words {
    private final List<String> words;
    private int at = 1;

    Words(String text) {
      words = Arrays.asList(text.trim().split(" +"));
    }

    String verb() {
      return words.getFirst();
    }

    String next() {
      if (at >= words.size()) {
        throw new IllegalArgumentException("too few words: " + words);
      }
      return words.get(at++);
    }

    int number() {
      return Integer.parseInt(next());
    }

    long big() {
      return Long.parseLong(next());
    }

    /** The word behind this one, wherever it stands, or the default. */
    String after(String word, String otherwise) {
      int found = words.indexOf(word);
      return found < 0 ? otherwise : words.get(found + 1);
    }

    boolean has(String word) {
      return words.contains(word);
    }

    PageRange range() {
      String text = next();
      long base = 0;
      if (text.startsWith("w")) {
        base = Long.parseLong(text, 1, text.indexOf(':'), 10) << 40;
        text = text.substring(text.indexOf(':') + 1);
      }
      int dots = text.indexOf("..");
      long first = Long.parseLong(text.substring(0, dots));
      long last = Long.parseLong(text.substring(dots + 2));
      return PageRange.between(base + first, base + last + 1);
    }

    List<Borrower> borrowers() {
      return Arrays.stream(after("to", "").split(","))
          .map(each -> each.split("="))
          .map(each -> new Borrower(each[0], Rights.parse(each[1])))
          .toList();
    }

    long guest() {
      String text = after("at", "any");
      return text.equals("any") ? Operation.ANY_GUEST_FRAME : Long.parseLong(text);
    }

    Rights rights() {
      return Rights.parse(after("rights", "rwx"));
    }

    Limits limits() {
      return new Limits(
          Long.parseLong(after("pages", Long.toString(Long.MAX_VALUE))),
          Integer.parseInt(after("processors", Integer.toString(Integer.MAX_VALUE))));
    }

    List<String> list(String word) {
      String text = after(word, "");
      return text.isEmpty() ? List.of() : Arrays.asList(text.split(","));
    }

    List<Integer> cells() {
      return Arrays.stream(after("cells", "0").split(",")).map(Integer::valueOf).toList();
    }
  }

  static boolean isPrecondition(String text) {
    return text.trim().startsWith("if ");
  }

  /**
   * {@code if version NAME N}, {@code if owner RANGE NAME}, {@code if policy NAME N}, {@code if
   * sequence N}.
   */
  static Precondition precondition(String text) {
    Words words = new Words(text);
    return switch (words.next()) {
      case "version" -> new Precondition.PartitionVersion(words.next(), words.big());
      case "owner" -> new Precondition.PageOwner(words.range(), words.next());
      case "policy" -> new Precondition.PolicyVersion(words.next(), words.big());
      case "sequence" -> new Precondition.AtSequence(words.big());
      default -> throw new IllegalArgumentException("unknown precondition: " + text);
    };
  }

  static Operation operation(String text) {
    Words words = new Words(text);
    return switch (words.verb()) {
      // memory RANGE [cell N] [type DRAM|PMEM|CXL] [dirty]
      case "memory" ->
          new Operation.AddMemory(
              words.range(),
              Integer.parseInt(words.after("cell", "0")),
              MemoryType.valueOf(words.after("type", "DRAM")),
              !words.has("dirty"));
      case "remove-memory" -> new Operation.RemoveMemory(words.range());
      case "poison" -> new Operation.PoisonPages(words.range());
      // processor N [cell N]
      case "processor" ->
          new Operation.AddProcessor(words.number(), Integer.parseInt(words.after("cell", "0")));
      // device ADDRESS [group N] [cell N]
      case "device" ->
          new Operation.AddDevice(
              words.next(),
              0x020000,
              Integer.parseInt(words.after("group", "-1")),
              Integer.parseInt(words.after("cell", "0")));
      // partition NAME [kind KIND] [pages N] [processors N] [label KEY=VALUE]
      case "partition" ->
          new Operation.CreatePartition(
              words.next(),
              PartitionKind.valueOf(words.after("kind", "guest").toUpperCase(Locale.ROOT)),
              words.limits(),
              label(words.after("label", "")));
      case "limits" -> new Operation.SetLimits(words.next(), words.limits());
      case "start" -> new Operation.StartPartition(words.next());
      case "pause" -> new Operation.PausePartition(words.next());
      case "resume" -> new Operation.ResumePartition(words.next());
      case "stop" -> new Operation.StopPartition(words.next());
      case "destroy" -> new Operation.DestroyPartition(words.next());
      // assign NAME RANGE [at GUEST] [rights RIGHTS]
      case "assign" ->
          new Operation.AssignPages(words.next(), words.range(), words.guest(), words.rights());
      // allocate NAME COUNT TIER [cells N,N] [at GUEST] [rights RIGHTS]
      case "allocate" ->
          new Operation.AllocatePages(
              words.next(),
              words.big(),
              Tier.valueOf(words.next()),
              words.cells(),
              words.guest(),
              words.rights());
      case "release" -> new Operation.ReleasePages(words.next(), words.range());
      // donate FROM TO RANGE [at GUEST] [scrub]
      case "donate" ->
          new Operation.DonatePages(
              words.next(), words.next(), words.range(), words.guest(), words.has("scrub"));
      // lend OWNER RANGE to BORROWER=RIGHTS,... [scrub]
      case "lend" ->
          new Operation.LendPages(
              words.next(), words.range(), words.borrowers(), words.has("scrub"));
      // share OWNER RANGE to BORROWER=RIGHTS,...
      case "share" -> new Operation.SharePages(words.next(), words.range(), words.borrowers());
      // retrieve BORROWER LOAN [at GUEST]
      case "retrieve" -> new Operation.RetrievePages(words.next(), words.big(), words.guest());
      // relinquish BORROWER LOAN [scrub]
      case "relinquish" ->
          new Operation.RelinquishPages(words.next(), words.big(), words.has("scrub"));
      case "reclaim" -> new Operation.ReclaimPages(words.next(), words.big());
      case "remove-processor" -> new Operation.RemoveProcessor(words.number());
      case "remove-device" -> new Operation.RemoveDevice(words.next());
      // policy NAME TEXT
      case "policy" -> new Operation.PutPolicy(words.next(), words.next());
      case "delete-policy" -> new Operation.DeletePolicy(words.next());
      // service NAME SERVER,... [class HEX]
      case "service" ->
          new Operation.PutService(
              words.next(),
              words.has("class") ? Integer.parseInt(words.after("class", "0"), 16) : -1,
              List.of(words.next().split(",")));
      case "delete-service" -> new Operation.DeleteService(words.next());
      case "promise" -> new Operation.PromiseService(words.next(), words.next());
      case "withdraw" -> new Operation.WithdrawService(words.next(), words.next());
      // open-channel NAME SERVER CLIENT RANGE [at GUEST] [rights RIGHTS]
      case "open-channel" ->
          new Operation.OpenChannel(
              words.next(),
              words.next(),
              words.next(),
              words.range(),
              words.guest(),
              words.rights());
      case "close-channel" -> new Operation.CloseChannel(words.next());
      // protect OWNER RANGE rights RIGHTS
      case "protect" -> new Operation.ProtectPages(words.next(), words.range(), words.rights());
      case "assign-processor" -> new Operation.AssignProcessor(words.next(), words.number());
      case "release-processor" -> new Operation.ReleaseProcessor(words.next(), words.number());
      case "assign-device" -> new Operation.AssignDevice(words.next(), words.next());
      case "release-device" -> new Operation.ReleaseDevice(words.next(), words.next());
      // reserve NAME PARTITION COUNT TIER TIMEOUT [cells N,N] [processors N,N] [devices A,A]
      case "reserve" ->
          new Operation.Reserve(
              words.next(),
              words.next(),
              words.big(),
              Tier.valueOf(words.next()),
              words.cells(),
              words.list("processors").stream().map(Integer::valueOf).toList(),
              words.list("devices"),
              words.big());
      // post NAME [at GUEST] [rights RIGHTS]
      case "post" -> new Operation.Post(words.next(), words.guest(), words.rights());
      case "void" -> new Operation.Void(words.next());
      case "tick" -> new Operation.Tick();
      case "open-session" -> new Operation.OpenSession(words.big());
      // attach-replica NAME NONCE
      case "attach-replica" -> new Operation.AttachReplica(words.next(), words.big());
      // attach-host NAME WINDOW NONCE
      case "attach-host" -> new Operation.AttachHost(words.next(), words.number(), words.big());
      // attach-monitor PARTITION HOST NONCE
      case "attach-monitor" -> new Operation.AttachMonitor(words.next(), words.next(), words.big());
      // acknowledge PARTITION INCARNATION SEQUENCE
      case "acknowledge" -> new Operation.AcknowledgeView(words.next(), words.big(), words.big());
      // fence PARTITION INCARNATION evidence|operator REASON
      case "fence" ->
          new Operation.FenceMonitor(
              words.next(), words.big(), words.next().equals("evidence"), words.next());
      // scrub HOST INCARNATION REVOCATION
      case "scrub" -> new Operation.RecordScrub(words.next(), words.big(), words.big());
      case "administer" -> new Operation.AdministerCluster(words.next());
      case "rules" -> new Operation.ActivateRules(words.number());
      // announce-rules REPLICA NEWEST
      case "announce-rules" -> new Operation.AnnounceRules(words.next(), words.number());
      case "detach-replica" -> new Operation.DetachReplica(words.next());
      // report REPLICA SEQUENCE STATE-HASH LOG-ROOT
      case "report" ->
          new Operation.ReportState(
              words.next(), words.big(), StateHash.parse(words.next()), words.next());
      case "compact" -> new Operation.Compact(words.big());
      default -> throw new IllegalArgumentException("unknown verb: " + text);
    };
  }

  private static SortedMap<String, String> label(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? new TreeMap<>()
        : new TreeMap<>(Map.of(text.substring(0, equals), text.substring(equals + 1)));
  }
}
