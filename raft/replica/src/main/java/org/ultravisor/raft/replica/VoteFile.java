package org.ultravisor.raft.replica;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The file in which Ratis keeps the term and whom this replica voted for in it. A replica that
 * forgets these may vote twice in one term, and Ratis takes a missing file for a new replica's; it
 * has no checksum either. So it must be there, be whole, and not be behind the log.
 */
final class VoteFile {
  private static final String NAME = "raft-meta";
  private static final String TERM = "term";
  private static final String VOTE = "votedFor";

  /** A replica's id; empty for nobody. */
  private static final Pattern VOTED = Pattern.compile("[A-Za-z0-9_.-]{0,64}");

  private VoteFile() {}

  /**
   * @param directory where Ratis keeps the log
   * @throws IOException naming the file and what rebuilds the replica
   */
  static void check(Path directory) throws IOException {
    term(directory);
  }

  /**
   * Refuses a term that is lower than one from which there are entries.
   *
   * @param term of the last entry
   */
  static void requireAtLeast(Path directory, long term) throws IOException {
    long found = term(directory);
    if (found < term) {
      throw damaged(directory, "term %d, but there are entries of term %d".formatted(found, term));
    }
  }

  private static long term(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      throw damaged(directory, "it is missing");
    }
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(Files.readString(file, StandardCharsets.US_ASCII)));
      String vote = properties.getProperty(VOTE, "?");
      if (!properties.stringPropertyNames().equals(Set.of(TERM, VOTE))) {
        throw new IllegalArgumentException(properties.toString());
      }
      long term = Long.parseLong(properties.getProperty(TERM));
      if (term < 0 || !VOTED.matcher(vote).matches()) {
        throw new IllegalArgumentException(properties.toString());
      }
      return term;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(directory, "a term and a vote expected, found " + e.getMessage());
    }
  }

  private static IOException damaged(Path directory, String what) {
    return new IOException(
        "this replica's term and vote, in %s, are lost: %s. %s"
            .formatted(directory.resolve(NAME), what, LogCheck.REBUILD));
  }
}
