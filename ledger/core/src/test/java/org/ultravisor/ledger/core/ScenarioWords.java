package org.ultravisor.ledger.core;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ultravisor.mapping.PageRange;

/**
 * Transactions in the words of {@link ScenarioVerbs}, so that a run that failed can be pasted into
 * a scenario.
 */
final class ScenarioWords {
  private ScenarioWords() {}

  /** A scenario's commands, without answers; its first step must open session 1. */
  static String scenario(List<ModelRun.Step> steps) {
    StringBuilder text = new StringBuilder();
    long time = 1000;
    for (ModelRun.Step step : steps) {
      Transaction transaction = step.submission().transaction();
      if (step.time() > time) {
        text.append("time ").append(step.time() - time).append('\n');
        time = step.time();
      }
      if (!opensFirstSession(transaction)) {
        text.append(asker(step.submission().principal()))
            .append(transaction(transaction))
            .append('\n');
      }
    }
    return text.toString();
  }

  private static boolean opensFirstSession(Transaction transaction) {
    return transaction.session() == Transaction.NO_SESSION
        && transaction.operations().getFirst() instanceof Operation.OpenSession open
        && open.nonce() == 1;
  }

  private static String asker(Principal principal) {
    return principal.isLocal()
        ? ""
        : "as %s %s %s "
            .formatted(
                principal.name(),
                principal.roles().isEmpty() ? "none" : list(principal.roles()),
                principal.partitions().isEmpty() ? "-" : list(principal.partitions()));
  }

  static String transaction(Transaction transaction) {
    String head =
        transaction.session() == Transaction.NO_SESSION
            ? "@none "
            : "@%d %d %d "
                .formatted(
                    transaction.session(), transaction.requestId(), transaction.lowestUnanswered());
    List<String> parts =
        Stream.concat(
                transaction.preconditions().stream().map(ScenarioWords::precondition),
                transaction.operations().stream().map(ScenarioWords::operation))
            .toList();
    return head + String.join("; ", parts);
  }

  static String precondition(Precondition precondition) {
    return switch (precondition) {
      case Precondition.PartitionVersion p -> "if version " + p.partition() + " " + p.version();
      case Precondition.PageOwner p -> "if owner " + range(p.range()) + " " + p.partition();
      case Precondition.PolicyVersion p -> "if policy " + p.policy() + " " + p.version();
      case Precondition.AtSequence p -> "if sequence " + p.sequence();
    };
  }

  static String operation(Operation operation) {
    return switch (operation) {
      case Operation.AddMemory op ->
          "memory %s cell %d type %s%s"
              .formatted(range(op.range()), op.cell(), op.type(), op.zeroed() ? "" : " dirty");
      case Operation.RemoveMemory op -> "remove-memory " + range(op.range());
      case Operation.PoisonPages op -> "poison " + range(op.range());
      case Operation.AddProcessor op -> "processor %d cell %d".formatted(op.processor(), op.cell());
      case Operation.AddDevice op ->
          "device %s group %d cell %d".formatted(op.address(), op.iommuGroup(), op.cell());
      case Operation.CreatePartition op ->
          "partition %s kind %s %s".formatted(op.partition(), op.kind(), limits(op.limits()));
      case Operation.SetLimits op -> "limits " + op.partition() + " " + limits(op.limits());
      case Operation.StartPartition op -> "start " + op.partition();
      case Operation.StopPartition op -> "stop " + op.partition();
      case Operation.DestroyPartition op -> "destroy " + op.partition();
      case Operation.AssignPages op ->
          "assign %s %s at %s rights %s"
              .formatted(op.partition(), range(op.range()), guest(op.guestFrame()), op.rights());
      case Operation.AllocatePages op ->
          "allocate %s %d %s cells %s at %s rights %s"
              .formatted(
                  op.partition(),
                  op.frameCount(),
                  op.tier(),
                  list(op.cells()),
                  guest(op.guestFrame()),
                  op.rights());
      case Operation.ReleasePages op -> "release " + op.partition() + " " + range(op.range());
      case Operation.DonatePages op ->
          "donate %s %s %s at %s%s"
              .formatted(
                  op.from(),
                  op.to(),
                  range(op.range()),
                  guest(op.guestFrame()),
                  op.scrub() ? " scrub" : "");
      case Operation.AssignProcessor op ->
          "assign-processor " + op.partition() + " " + op.processor();
      case Operation.ReleaseProcessor op ->
          "release-processor " + op.partition() + " " + op.processor();
      case Operation.AssignDevice op -> "assign-device " + op.partition() + " " + op.address();
      case Operation.ReleaseDevice op -> "release-device " + op.partition() + " " + op.address();
      case Operation.Reserve op ->
          "reserve %s %s %d %s %d%s%s%s"
              .formatted(
                  op.reservation(),
                  op.partition(),
                  op.frameCount(),
                  op.tier(),
                  op.timeoutMillis(),
                  op.cells().isEmpty() ? "" : " cells " + list(op.cells()),
                  op.processors().isEmpty() ? "" : " processors " + list(op.processors()),
                  op.addresses().isEmpty() ? "" : " devices " + list(op.addresses()));
      case Operation.Post op ->
          "post %s at %s rights %s"
              .formatted(op.reservation(), guest(op.guestFrame()), op.rights());
      case Operation.Void op -> "void " + op.reservation();
      case Operation.Tick op -> "tick";
      case Operation.OpenSession op -> "open-session " + op.nonce();
      case Operation.AttachReplica op -> "attach-replica " + op.replica() + " " + op.nonce();
      case Operation.AttachHost op ->
          "attach-host %s %d %d".formatted(op.host(), op.window(), op.nonce());
      case Operation.AttachMonitor op ->
          "attach-monitor %s %s %d".formatted(op.partition(), op.host(), op.nonce());
      case Operation.AcknowledgeView op ->
          "acknowledge %s %d %d".formatted(op.partition(), op.incarnation(), op.sequence());
      case Operation.FenceMonitor op ->
          "fence %s %d %s %s"
              .formatted(
                  op.partition(),
                  op.incarnation(),
                  op.evidence() ? "evidence" : "operator",
                  op.reason());
      case Operation.RecordScrub op ->
          "scrub %s %d %d".formatted(op.host(), op.incarnation(), op.revocation());
      case Operation.AdministerCluster op -> "administer " + op.request();
      case Operation.ActivateRules op -> "rules " + op.version();
      case Operation.AnnounceRules op -> "announce-rules " + op.replica() + " " + op.newest();
      case Operation.DetachReplica op -> "detach-replica " + op.replica();
      case Operation.ReportState op ->
          "report %s %d %s %s".formatted(op.replica(), op.sequence(), op.stateHash(), op.logRoot());
      case Operation.Compact op -> "compact " + op.through();
      case Operation.LendPages op ->
          "lend %s %s to %s%s"
              .formatted(
                  op.partition(),
                  range(op.range()),
                  borrowers(op.borrowers()),
                  op.scrub() ? " scrub" : "");
      case Operation.SharePages op ->
          "share %s %s to %s"
              .formatted(op.partition(), range(op.range()), borrowers(op.borrowers()));
      case Operation.RetrievePages op ->
          "retrieve %s %d at %s".formatted(op.partition(), op.loan(), guest(op.guestFrame()));
      case Operation.RelinquishPages op ->
          "relinquish %s %d%s".formatted(op.partition(), op.loan(), op.scrub() ? " scrub" : "");
      case Operation.ReclaimPages op -> "reclaim " + op.partition() + " " + op.loan();
      case Operation.ProtectPages op ->
          "protect %s %s rights %s".formatted(op.partition(), range(op.range()), op.rights());
      case Operation.PausePartition op -> "pause " + op.partition();
      case Operation.ResumePartition op -> "resume " + op.partition();
      case Operation.OpenChannel op ->
          "open-channel %s %s %s %s at %s rights %s"
              .formatted(
                  op.channel(),
                  op.server(),
                  op.client(),
                  range(op.range()),
                  guest(op.guestFrame()),
                  op.rights());
      case Operation.CloseChannel op -> "close-channel " + op.channel();
      case Operation.RemoveProcessor op -> "remove-processor " + op.processor();
      case Operation.RemoveDevice op -> "remove-device " + op.address();
      case Operation.PutPolicy op -> "policy " + op.policy() + " " + op.document();
      case Operation.DeletePolicy op -> "delete-policy " + op.policy();
      case Operation.PutService op ->
          "service %s %s%s"
              .formatted(
                  op.service(),
                  String.join(",", op.servers()),
                  op.deviceClass() < 0 ? "" : " class %06x".formatted(op.deviceClass()));
      case Operation.DeleteService op -> "delete-service " + op.service();
      case Operation.PromiseService op -> "promise " + op.partition() + " " + op.service();
      case Operation.WithdrawService op -> "withdraw " + op.partition() + " " + op.service();
    };
  }

  private static String range(PageRange range) {
    long window = range.firstFrame() >>> 40;
    long base = window << 40;
    String inside = (range.firstFrame() - base) + ".." + (range.endFrame() - 1 - base);
    return window == 0 ? inside : "w" + window + ":" + inside;
  }

  private static String borrowers(List<Borrower> borrowers) {
    return borrowers.stream()
        .map(each -> each.partition() + "=" + each.rights())
        .collect(Collectors.joining(","));
  }

  private static String guest(long guestFrame) {
    return guestFrame < 0 ? "any" : Long.toString(guestFrame);
  }

  private static String limits(Limits limits) {
    return "pages %d processors %d".formatted(limits.pages(), limits.processors());
  }

  private static String list(List<?> of) {
    return of.stream().map(Object::toString).collect(Collectors.joining(","));
  }
}
