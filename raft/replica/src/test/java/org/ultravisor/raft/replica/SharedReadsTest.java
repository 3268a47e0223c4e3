package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerReader;

/** How many rounds reads take, and which round answers which read. */
final class SharedReadsTest {
  private final List<CompletableFuture<Void>> rounds = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private int readers;
  private boolean stopped;
  private final SharedReads reads = new SharedReads(this::round, this::reader, Runnable::run);

  private CompletableFuture<Void> round() {
    CompletableFuture<Void> round = new CompletableFuture<>();
    rounds.add(round);
    return round;
  }

  private LedgerReader reader() {
    if (stopped) {
      throw new ReplicaStoppedException("r1");
    }
    readers++;
    return ledger.reader();
  }

  private CompletableFuture<Long> read(boolean brief) {
    return reads.read(LedgerReader::sequence, brief);
  }

  @Test
  void whatComesWhileARoundIsOutSharesTheNext() {
    CompletableFuture<Long> first = read(true);
    List<CompletableFuture<Long>> others = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      others.add(read(true));
    }
    assertEquals(1, rounds.size());
    rounds.get(0).complete(null);
    assertEquals(0, first.join());
    assertEquals(2, rounds.size());
    assertFalse(others.getFirst().isDone(), "the first round was out before it was asked");
    rounds.get(1).complete(null);
    others.forEach(CompletableFuture::join);
    assertEquals(2, readers);
    assertEquals(2, rounds.size(), "nobody waits");
  }

  @Test
  void longOnesHaveAReaderEach() {
    List<CompletableFuture<Long>> all =
        List.of(read(false), read(false), read(true), read(true), read(false));
    rounds.get(0).complete(null);
    rounds.get(1).complete(null);
    all.forEach(CompletableFuture::join);
    assertEquals(4, readers);
  }

  @Test
  void aFailedRoundFailsItsReadsAndNoOthers() {
    CompletableFuture<Long> first = read(true);
    CompletableFuture<Long> second = read(true);
    ReadFailedException lost = new ReadFailedException("lost", new Exception());
    rounds.get(0).completeExceptionally(new CompletionException(lost));
    assertSame(lost, assertThrows(CompletionException.class, first::join).getCause());
    rounds.get(1).complete(null);
    assertEquals(0, second.join());
  }

  @Test
  void aFailedQueryFailsAloneAndAStoppedReplicaSaysSo() {
    CompletableFuture<Long> first = read(true);
    CompletableFuture<Long> bad =
        reads.read(
            reader -> {
              throw new IllegalArgumentException("planted");
            },
            true);
    CompletableFuture<Long> good = read(true);
    rounds.get(0).complete(null);
    rounds.get(1).complete(null);
    assertEquals(0, first.join());
    assertEquals(0, good.join());
    assertInstanceOf(
        IllegalArgumentException.class,
        assertThrows(CompletionException.class, bad::join).getCause());
    stopped = true;
    CompletableFuture<Long> late = read(true);
    rounds.get(2).complete(null);
    assertInstanceOf(
        ReplicaStoppedException.class,
        assertThrows(CompletionException.class, late::join).getCause());
  }
}
