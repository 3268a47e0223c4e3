package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.command.json.TransactionJson;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.store.AuditDepth;
import org.ultravisor.ledger.store.AuditReport;
import org.ultravisor.ledger.store.StoreException;
import org.ultravisor.node.audit.AuditFinding;
import org.ultravisor.node.audit.Auditor;
import org.ultravisor.node.audit.LeafSource;
import org.ultravisor.node.audit.OfflineLeaves;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks back: the log itself, the state at any sequence, and whether all of it is true. */
@Command(
    name = "audit",
    description = "Look back: of a live cluster, or of a stopped replica's directory (--dir).",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(log | replay | verify | owner)",
    subcommands = {
      AuditVerb.Log.class,
      AuditVerb.Replay.class,
      AuditVerb.Verify.class,
      AuditVerb.Owner.class
    })
final class AuditVerb implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Say what: audit log, replay, verify or owner.");
  }

  /** What all of them share: where the leaves come from. */
  abstract static class OfLeaves implements Callable<Integer> {
    @Mixin final Output output = new Output();
    @Mixin private final ClusterOptions cluster = new ClusterOptions();

    @Option(
        names = "--dir",
        paramLabel = "DIRECTORY",
        description = "A stopped replica's data directory, instead of a cluster.")
    private @Nullable Path directory;

    @Override
    public final Integer call() throws CliFailure, InterruptedException {
      try {
        if (directory != null) {
          try (OfflineLeaves leaves = new OfflineLeaves(directory)) {
            return audit(leaves);
          }
        }
        try (Cluster connected = cluster.connect(output.terminal())) {
          return audit(LiveLeaves.of(connected));
        }
      } catch (IOException | StoreException e) {
        throw CliFailure.failed(String.valueOf(e.getMessage()));
      }
    }

    abstract int audit(LeafSource leaves) throws IOException, CliFailure;

    Auditor auditor(LeafSource leaves) {
      return new Auditor(leaves, new AuditMessages(output.err()));
    }
  }

  /** The leaves. */
  @Command(
      name = "log",
      description = "Show every transaction, refused ones too.",
      mixinStandardHelpOptions = true)
  static final class Log extends OfLeaves {
    private static final int AT_ONCE = 500;

    @Option(
        names = "--from",
        paramLabel = "N",
        description = "First leaf (default: the first that is not compacted).")
    private @Nullable Long from;

    @Option(names = "--to", paramLabel = "N", description = "Last leaf (default: the last).")
    private long to = Long.MAX_VALUE;

    @Override
    int audit(LeafSource leaves) throws IOException, CliFailure {
      long first = from == null ? leaves.first() : from;
      if (first < 1 || to < first) {
        throw CliFailure.usage("--from and --to must be 1 <= from <= to");
      }
      long last = Math.min(to, leaves.end().sequence());
      Table table = Leaves.table();
      for (long next = first; next <= last; ) {
        List<AuditLeaf> some = leaves.leaves(next, (int) Math.min(AT_ONCE, last - next + 1));
        if (some.isEmpty()) {
          throw new IOException("leaf %d cannot be had from %s".formatted(next, leaves.name()));
        }
        for (AuditLeaf leaf : some) {
          show(table, LeafView.of(leaf));
        }
        next += some.size();
      }
      if (!output.json()) {
        output.print(table.isEmpty() ? "There are no such leaves." : table);
      }
      return ExitCode.OK;
    }

    private void show(Table table, LeafView leaf) {
      if (output.json()) {
        output.printJson(JsonText.tree(TransactionJson.LEAF, leaf));
      } else {
        Leaves.row(table, leaf);
      }
    }
  }

  /** The state at a sequence. */
  @Command(
      name = "replay",
      description = {
        "Rebuild the state at a sequence, comparing every hash: from the first leaf, or from the",
        "checkpoint if history is compacted."
      },
      mixinStandardHelpOptions = true)
  static final class Replay extends OfLeaves {
    @Option(names = "--to", paramLabel = "N", description = "Last leaf (default: the last).")
    private long to = Long.MAX_VALUE;

    @Override
    int audit(LeafSource leaves) throws IOException {
      long last = to == Long.MAX_VALUE ? leaves.end().sequence() : to;
      Ledger ledger = auditor(leaves).replayTo(last);
      if (output.json()) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("sequence", ledger.sequence());
        node.put("stateHash", ledger.hash().toString());
        node.put("partitions", ledger.queries().partitions().size());
        output.printJson(node);
      } else {
        output.print(
            "Replayed to leaf %d from %s; the state hash %s is the one recorded, as at each leaf."
                .formatted(ledger.sequence(), leaves.name(), ledger.hash()));
        output.print(Listing.partitions(ledger.queries().partitions()));
      }
      return ExitCode.OK;
    }
  }

  /** Whether it is true. */
  @Command(
      name = "verify",
      description = {
        "Decide every transaction anew, compare each outcome and hash, rebuild the Merkle root,",
        "check all invariants at the end; with --dir also the files' own checksums."
      },
      mixinStandardHelpOptions = true)
  static final class Verify extends OfLeaves {
    @Override
    int audit(LeafSource leaves) throws IOException {
      if (leaves instanceof OfflineLeaves offline) {
        AuditReport files =
            offline.log().verify(AuditDepth.HASHES, new AuditMessages(output.err()));
        if (!files.good()) {
          throw new IOException(
              leaves.name()
                  + ": "
                  + files.firstDifference().map(String::valueOf).orElse("damaged"));
        }
      }
      AuditFinding finding = auditor(leaves).verify();
      if (output.json()) {
        output.printJson(toJson(finding));
      } else {
        print(leaves, finding);
      }
      return finding.good() ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(LeafSource leaves, AuditFinding finding) {
      Table table = new Table("AUDIT", leaves.name());
      table.row("verdict", finding.difference().map(d -> "FAILED: " + d).orElse("good"));
      table.row("leaves checked", finding.leaves());
      finding
          .checkpoint()
          .ifPresent(
              checkpoint -> {
                table.row(
                    "replayed from",
                    "the checkpoint at sequence %d; %d leaves below it are known by hash only"
                        .formatted(checkpoint.through(), checkpoint.dropped()));
                table.row("checkpoint's commitment", checkpoint.commitment());
              });
      table.row("of them committed", finding.committed());
      table.row("facts", finding.events());
      table.row("log root", finding.logRoot());
      table.row("state hash", finding.stateHash());
      table.row(
          "fenced without evidence",
          finding.fencedWithoutEvidence().isEmpty()
              ? "never"
              : "the guarantee is void since leaves " + finding.fencedWithoutEvidence());
      output.print(table);
    }

    private static ObjectNode toJson(AuditFinding finding) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("good", finding.good());
      node.put("leaves", finding.leaves());
      finding
          .checkpoint()
          .ifPresent(
              checkpoint ->
                  node.putObject("checkpoint")
                      .put("sequence", checkpoint.through())
                      .put("knownByHashOnly", checkpoint.dropped())
                      .put("stateHash", checkpoint.stateHash().toString())
                      .put("commitment", checkpoint.commitment()));
      node.put("committed", finding.committed());
      node.put("events", finding.events());
      node.put("logRoot", finding.logRoot());
      node.put("stateHash", finding.stateHash());
      finding.fencedWithoutEvidence().forEach(node.putArray("fencedWithoutEvidence")::add);
      finding.difference().ifPresent(difference -> node.put("difference", difference));
      return node;
    }
  }

  /** Who had a page. */
  @Command(
      name = "owner",
      description = "Say who had a page at a sequence.",
      mixinStandardHelpOptions = true)
  static final class Owner extends OfLeaves {
    @Option(
        names = "--page",
        paramLabel = "PAGE",
        required = true,
        description = OwnerVerb.PAGE_HELP)
    private String page = "";

    @Option(names = "--at", paramLabel = "N", required = true, description = "After this leaf.")
    private long at;

    @Override
    int audit(LeafSource leaves) throws IOException, CliFailure {
      long frame = OwnerVerb.frame(page);
      OwnerVerb.print(output, auditor(leaves).replayTo(at).queries().ownerOf(frame));
      return ExitCode.OK;
    }
  }
}
