package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs, votes and ledgers that do not belong together. */
final class LogExtentTest {
  private static final TermIndex NO_SNAPSHOT = TermIndex.valueOf(0, -1);

  @TempDir private Path directory;
  private Path segment = Path.of("");

  @BeforeEach
  void write() throws IOException {
    segment = Files.writeString(directory.resolve("log_inprogress_10"), "RaftLog1");
    vote("term=3\nvotedFor=r2\n");
  }

  private void vote(String text) throws IOException {
    Files.writeString(directory.resolve("raft-meta"), "#\n#a date\n" + text);
  }

  private LogExtent log(long first, long last, long lastTerm) {
    return new LogExtent(directory, first, last, lastTerm);
  }

  private static void refuses(String reason, LogExtent log, TermIndex ledger, TermIndex snapshot) {
    IOException e = assertThrows(IOException.class, () -> log.requireMeets(ledger, snapshot));
    assertTrue(String.valueOf(e.getMessage()).contains(reason), e::getMessage);
    assertTrue(String.valueOf(e.getMessage()).endsWith(LogCheck.REBUILD), e::getMessage);
  }

  @Test
  void aLogThatGoesOnBehindTheLedgerIsLeftAlone() throws IOException {
    log(10, 20, 3).requireMeets(TermIndex.valueOf(3, 15), NO_SNAPSHOT);
    log(10, 20, 3).requireMeets(TermIndex.valueOf(2, 9), NO_SNAPSHOT);
    log(10, 20, 3).requireMeets(TermIndex.valueOf(3, 20), NO_SNAPSHOT);
    assertTrue(Files.exists(segment));
  }

  @Test
  void aLogThatBeginsTooLateIsRefused() {
    refuses(
        "the log begins at entry 10, but", log(10, 20, 3), TermIndex.valueOf(3, 8), NO_SNAPSHOT);
  }

  @Test
  void aLogThatHasLostItsEndIsRefused() {
    TermIndex ledger = TermIndex.valueOf(3, 21);
    refuses("ends at entry 20, but the ledger has entry 21", log(10, 20, 3), ledger, NO_SNAPSHOT);
    refuses("lost its end", log(10, 20, 3), ledger, TermIndex.valueOf(3, 20));
    refuses("ends at entry -1", log(0, -1, 0), ledger, NO_SNAPSHOT);
    assertTrue(Files.exists(segment), "a refusal changes nothing");
  }

  @Test
  void aLogThatASnapshotReplacesIsEmptied() throws IOException {
    TermIndex installed = TermIndex.valueOf(3, 21);
    log(10, 20, 3).requireMeets(installed, installed);
    assertEquals(List.of(), LogCheck.files(directory));
  }

  @Test
  void aTermBehindTheEntriesIsRefused() {
    TermIndex ledger = TermIndex.valueOf(3, 20);
    refuses("term 3, but there are entries of term 4", log(10, 21, 4), ledger, NO_SNAPSHOT);
    refuses(
        "raft-meta, are lost: term 3, but", log(10, 21, 0), TermIndex.valueOf(4, 20), NO_SNAPSHOT);
  }

  @Test
  void aVoteThatIsDamagedIsRefused() throws IOException {
    assertDoesNotThrow(() -> VoteFile.check(directory));
    vote("term=0\nvotedFor=\n"); // it has not voted yet
    assertDoesNotThrow(() -> VoteFile.check(directory));
    for (String damaged :
        List.of(
            "",
            "term=3\n",
            "votedFor=r1\n",
            "term=\nvotedFor=r1\n",
            "term=-1\nvotedFor=r1\n",
            "uerm=3\nvotedFor=r1\n",
            "term=3x\nvotedFor=r1\n",
            "term=3\nvotedFor=r!\n",
            "term=3\nvotedFor=r1\nmore=x\n",
            "term=3\nvotedFor=r\\u00e1\n")) {
      vote(damaged);
      IOException e = assertThrows(IOException.class, () -> VoteFile.check(directory), damaged);
      assertTrue(String.valueOf(e.getMessage()).endsWith(LogCheck.REBUILD), e::getMessage);
    }
    Files.delete(directory.resolve("raft-meta"));
    IOException e = assertThrows(IOException.class, () -> VoteFile.check(directory));
    assertTrue(String.valueOf(e.getMessage()).contains("it is missing"), e::getMessage);
  }
}
