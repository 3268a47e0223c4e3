package org.ultravisor.node.host;

import java.io.IOException;

/** Where answers are looked for; called by one thread, again and again. */
@FunctionalInterface
interface AnswerSource {
  /**
   * What the files say now.
   *
   * @param known what the ledger says, so that only what may matter is looked at closely
   * @throws IOException if the host's directory cannot be read; a single file that makes no sense
   *     is reported in the log and left out
   */
  Answers read(HostFacts known) throws IOException;
}
