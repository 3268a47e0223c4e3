package org.ultravisor.node.cli;

import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.PageInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says who has a page. */
@Command(name = "owner", description = "Say who has a page.", mixinStandardHelpOptions = true)
final class OwnerVerb implements Callable<Integer> {
  static final Form<PageInfo> PAGE = Forms.of(PageInfo.class);
  static final String PAGE_HELP =
      "A frame's number (4660, 0x1234p) or a byte address within it (0x1234000, 4GiB).";

  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "PAGE", description = PAGE_HELP)
  private String page = "";

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    long frame = frame(page);
    PageInfo info;
    try (Cluster connected = cluster.connect(output.terminal())) {
      info = connected.answer(connected.client().owner(frame, Consistency.LINEARIZABLE));
    }
    print(output, info);
    return ExitCode.OK;
  }

  static long frame(String text) throws CliFailure {
    try {
      return Units.frame(text);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  static void print(Output output, PageInfo page) {
    if (output.json()) {
      output.printJson(JsonText.tree(PAGE, page));
    } else {
      output.print(
          "frame %d (address %s): %s"
              .formatted(page.frame(), Units.address(page.frame()), sentence(page)));
    }
  }

  private static String sentence(PageInfo page) {
    String who =
        switch (page.kind()) {
          case ABSENT -> "not installed";
          case RESERVED -> "installed in cell %d, not scrubbed yet".formatted(page.cell());
          case POISONED -> "broken and out of use, in cell %d".formatted(page.cell());
          case AVAILABLE -> "free in cell %d".formatted(page.cell());
          case OWNED ->
              "owned by %s, in cell %d".formatted(page.partitionName(), page.cell())
                  + (page.guestFrame() < 0
                      ? ""
                      : ", seen at guest frame %d (%s) with rights %s"
                          .formatted(
                              page.guestFrame(), Units.address(page.guestFrame()), page.rights()));
        };
    String lent = page.loan() == 0 ? who : who + ", in loan " + page.loan();
    return page.revocation() == 0
        ? lent
        : lent + ", being revoked by revocation " + page.revocation();
  }
}
