package org.ultravisor.ledger.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;

class LedgerCodecTest {
  private final LedgerCodec codec = new LedgerCodec();

  @Test
  void anAssignmentsLeafIsSmall() {
    int bytes = codec.encodeLeaf(Samples.assignment()).length;
    assertTrue(bytes <= 90, () -> "bytes of a leaf: " + bytes);
  }

  @Test
  void manyThreadsMayEncodeAtOnce() {
    byte[] expected = codec.encodeLeaf(Samples.assignment());
    IntStream.range(0, 2000)
        .parallel()
        .forEach(
            i -> {
              assertArrayEquals(expected, codec.encodeLeaf(Samples.assignment()));
              assertEquals(Samples.assignment(), codec.decodeLeaf(expected));
            });
  }

  @Test
  void aLargeDocumentFitsUpToItsBound() {
    Operation operation = new Operation.AcknowledgeView("p", 1, 1);
    Transaction large =
        Samples.transaction(Collections.nCopies(100_000, operation).toArray(Operation[]::new));
    Entry entry = new Entry(1, List.of(Submission.local(large, 0)));
    int bytes = codec.encodeEntry(entry).length;
    assertEquals(entry, codec.decodeEntry(codec.encodeEntry(entry)));

    LedgerCodec exact = new LedgerCodec(bytes);
    assertEquals(entry, exact.decodeEntry(exact.encodeEntry(entry)));
    LedgerCodec tight = new LedgerCodec(bytes - 1);
    assertSays(
        "entry takes more than the " + (bytes - 1) + " bytes",
        assertThrows(CodecException.class, () -> tight.encodeEntry(entry)));
    assertSays(
        "entry of " + bytes + " bytes, at most " + (bytes - 1) + " allowed",
        assertThrows(CodecException.class, () -> tight.decodeEntry(codec.encodeEntry(entry))));
    assertArrayEquals(
        new LedgerCodec(64).encodeEntry(new Entry(5, List.of())),
        codec.encodeEntry(new Entry(5, List.of())),
        "the bound is not part of the format");
  }

  @Test
  void errorsSayWhatWhereAndWhatWasExpected() {
    byte[] entry = codec.encodeEntry(new Entry(5, List.of()));
    refused("transaction, byte 2: kind 0x02 expected, found 0x01", entry);
    refused("transaction: header of 3 bytes expected, found 0", new byte[0]);
    byte[] bytes = codec.encodeTransaction(Samples.transaction(new Operation.OpenSession(1)));
    byte[] newer = bytes.clone();
    newer[1] = 9;
    refused("transaction, byte 1: version 0x01 expected, found 0x09", newer);
    byte[] list = bytes.clone();
    list[list.length - 10] = 100;
    refused("byte 16: 100 elements, each a kind of Operation announced, 9 bytes are left", list);
    byte[] foreign = bytes.clone();
    foreign[foreign.length - 9] = 80 + 2;
    refused("byte 17: a kind of Operation expected, found PagesAssigned", foreign);
    byte[] byName = bytes.clone();
    byName[byName.length - 9] = 1;
    refused("byte 17: a registered class id expected, found a class by name", byName);
  }

  private void refused(String sentence, byte[] bytes) {
    assertSays(sentence, assertThrows(CodecException.class, () -> codec.decodeTransaction(bytes)));
  }

  private static void assertSays(String sentence, Exception e) {
    assertTrue(String.valueOf(e.getMessage()).contains(sentence), e::getMessage);
  }

  @Test
  void textWithoutUtf8IsRefusedRatherThanChanged() {
    Outcome half = new Outcome.Refused(1, 0, Refusal.PAGE_LIMIT, "\ud800");
    assertThrows(CodecException.class, () -> codec.encodeOutcome(half));
  }

  @Test
  void aFailureLeavesNothingBehind() {
    Outcome half = new Outcome.Refused(1, 0, Refusal.PAGE_LIMIT, "\ud800");
    byte[] expected = codec.encodeLeaf(Samples.assignment());
    assertThrows(CodecException.class, () -> codec.encodeOutcome(half));
    assertThrows(CodecException.class, () -> codec.decodeLeaf(new byte[] {1, 2, 3, 4}));
    assertArrayEquals(expected, codec.encodeLeaf(Samples.assignment()));
  }

  @Test
  void aFingerprintIsOfTheContentAlone() {
    Operation operation = new Operation.OpenSession(1);
    Transaction asked = new Transaction(3, 130, 128, "alice", List.of(), List.of(operation));
    long fingerprint = Fingerprint.of(asked);
    assertEquals(
        fingerprint,
        Fingerprint.of(new Transaction(4, 131, 131, "alice", List.of(), List.of(operation))));
    assertNotEquals(
        fingerprint,
        Fingerprint.of(new Transaction(3, 130, 128, "bob", List.of(), List.of(operation))));
    assertNotEquals(
        fingerprint,
        Fingerprint.of(
            new Transaction(3, 130, 128, "alice", Samples.PRECONDITIONS, List.of(operation))));
    assertNotEquals(
        fingerprint,
        Fingerprint.of(
            new Transaction(
                3, 130, 128, "alice", List.of(), List.of(new Operation.OpenSession(2)))));
    assertEquals(499065042754099308L, fingerprint, "fingerprints are compared across versions");
  }

  @Test
  void whatCameEncodedIsNotEncodedAgainAndMakesTheSameEntry() {
    List<EncodedTransaction> encoded = new ArrayList<>();
    List<Submission> submissions = new ArrayList<>();
    for (Operation operation : Samples.OPERATIONS) {
      long id = submissions.size() * 100L; // ids of one byte, of two and of three
      Transaction asked =
          new Transaction(3, id * id, id, "alice", Samples.PRECONDITIONS, List.of(operation));
      Principal principal =
          id % 200 == 0 ? Principal.LOCAL : Principal.of("cmd", Role.COMMAND, Role.AUDITOR);
      submissions.add(new Submission(principal, asked, Fingerprint.of(asked)));
      EncodedTransaction own = codec.encoded(principal, asked);
      EncodedTransaction received = codec.received(principal, codec.encodeTransaction(asked));
      assertEquals(submissions.getLast(), own.submission());
      assertEquals(submissions.getLast(), received.submission());
      encoded.add(received);
    }
    assertArrayEquals(
        codec.encodeEntry(new Entry(77, submissions)), codec.encodeEntry(77, encoded));
    List<EncodedTransaction> local = encoded.stream().filter(e -> isLocal(e)).toList();
    assertArrayEquals(
        codec.encodeEntry(
            new Entry(78, local.stream().map(EncodedTransaction::submission).toList())),
        codec.encodeEntry(78, local));
    EncodedTransaction longest =
        codec.encoded(
            Principal.LOCAL,
            new Transaction(Long.MAX_VALUE, 1, 0, "a", List.of(), Samples.OPERATIONS));
    assertEquals(Fingerprint.of(longest.transaction()), longest.submission().fingerprint());
  }

  private static boolean isLocal(EncodedTransaction encoded) {
    return encoded.submission().principal().isLocal();
  }

  @Test
  void aMessageIsReadToItsEnd() {
    byte[] message = codec.encodeMessage(16, out -> out.number(300).text("x"));
    assertEquals("300x", codec.decodeMessage(16, message, in -> in.number() + in.text()));
    assertThrows(CodecException.class, () -> codec.decodeMessage(16, message, Source::number));
    assertThrows(CodecException.class, () -> codec.decodeMessage(6, message, Source::number));
    assertThrows(
        CodecException.class, () -> codec.encodeMessage(16, out -> out.text("x".repeat(14))));
  }
}
