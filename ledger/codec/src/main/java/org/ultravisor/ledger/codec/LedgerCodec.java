package org.ultravisor.ledger.codec;

import com.esotericsoftware.kryo.util.Pool;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ultravisor.ledger.codec.Engine.Kind;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;

/**
 * Encodes and decodes what is logged, stored and sent. Every method may be called by any thread;
 * each call uses one of a few Kryo instances that the codec owns. Whatever the bytes, a decoder
 * gives a value or a {@link CodecException} that says what was read, at which byte, and what was
 * expected.
 */
public final class LedgerCodec {
  /** What an entry or a transaction may take unless told otherwise: 1 MiB. */
  public static final int DEFAULT_MAX_ENTRY_BYTES = 1 << 20;

  /**
   * What a leaf or an outcome may take: 1 GiB. They are the ledger's own words, and one operation
   * (the end of a scattered partition) may have hundreds of thousands of events.
   */
  private static final int MAX_LEAF_BYTES = 1 << 30;

  private final int maxEntryBytes;
  private final Pool<Engine> engines =
      new Pool<>(true, false, 16) {
        @Override
        protected Engine create() {
          return new Engine();
        }
      };

  public LedgerCodec() {
    this(DEFAULT_MAX_ENTRY_BYTES);
  }

  /**
   * @param maxEntryBytes what an entry, or a transaction by itself, may take; at least 64
   */
  public LedgerCodec(int maxEntryBytes) {
    if (maxEntryBytes < 64 || maxEntryBytes > MAX_LEAF_BYTES) {
      throw new IllegalArgumentException(
          "bytes of an entry must be in 64..%d: %d".formatted(MAX_LEAF_BYTES, maxEntryBytes));
    }
    this.maxEntryBytes = maxEntryBytes;
  }

  public int maxEntryBytes() {
    return maxEntryBytes;
  }

  public byte[] encodeEntry(Entry entry) {
    return entry.submissions().stream().allMatch(each -> each.principal().isLocal())
        ? encode(Kind.ENTRY, maxEntryBytes, out -> out.known(entry))
        : encode(
            Kind.ENTRY_OF_PRINCIPALS,
            maxEntryBytes,
            out ->
                PrincipalFormats.write(
                    out.known(entry),
                    entry.submissions().stream().map(Submission::principal).toList()));
  }

  public Entry decodeEntry(byte[] bytes) {
    return Engine.is(Kind.ENTRY_OF_PRINCIPALS, bytes)
        ? decode(
            Kind.ENTRY_OF_PRINCIPALS,
            maxEntryBytes,
            bytes,
            in -> {
              Entry entry = in.known(Entry.class);
              return new Entry(entry.ledgerTime(), PrincipalFormats.read(in, entry.submissions()));
            })
        : decode(Kind.ENTRY, maxEntryBytes, bytes, in -> in.known(Entry.class));
  }

  public byte[] encodeTransaction(Transaction transaction) {
    return encode(Kind.TRANSACTION, maxEntryBytes, out -> out.known(transaction));
  }

  public Transaction decodeTransaction(byte[] bytes) {
    return decode(Kind.TRANSACTION, maxEntryBytes, bytes, in -> in.known(Transaction.class));
  }

  /** A principal's transaction with its document, made here. */
  public EncodedTransaction encoded(Principal principal, Transaction transaction) {
    byte[] document = encodeTransaction(transaction);
    return new EncodedTransaction(
        new Submission(principal, transaction, Fingerprint.ofDocument(document)), document);
  }

  /**
   * The transaction that a principal's document holds, with that document, which nobody may change
   * any more.
   */
  public EncodedTransaction received(Principal principal, byte[] document) {
    return new EncodedTransaction(
        new Submission(principal, decodeTransaction(document), Fingerprint.ofDocument(document)),
        document);
  }

  /** The same bytes as {@link #encodeEntry(Entry)}, without encoding the transactions again. */
  public byte[] encodeEntry(long ledgerTime, List<EncodedTransaction> transactions) {
    boolean local = transactions.stream().allMatch(each -> each.submission().principal().isLocal());
    return encode(
        local ? Kind.ENTRY : Kind.ENTRY_OF_PRINCIPALS,
        maxEntryBytes,
        out -> {
          out.number(ledgerTime).number(transactions.size());
          transactions.forEach(transaction -> transaction.writeTo(out));
          if (!local) {
            PrincipalFormats.write(
                out, transactions.stream().map(each -> each.submission().principal()).toList());
          }
        });
  }

  /**
   * A message of a protocol.
   *
   * @param mostBytes what it may take
   */
  public byte[] encodeMessage(int mostBytes, Consumer<Sink> body) {
    return encode(Kind.MESSAGE, mostBytes, body);
  }

  /** What {@link #encodeMessage} wrote, to the last byte. */
  public <T> T decodeMessage(int mostBytes, byte[] bytes, Function<Source, T> body) {
    return decode(Kind.MESSAGE, mostBytes, bytes, body);
  }

  public byte[] encodeLeaf(AuditLeaf leaf) {
    Principal principal = leaf.leaf().submission().principal();
    return principal.isLocal()
        ? encode(Kind.LEAF, MAX_LEAF_BYTES, out -> out.known(leaf))
        : encode(
            Kind.LEAF_OF_PRINCIPAL,
            MAX_LEAF_BYTES,
            out -> PrincipalFormats.write(out.known(leaf), principal));
  }

  public AuditLeaf decodeLeaf(byte[] bytes) {
    return Engine.is(Kind.LEAF_OF_PRINCIPAL, bytes)
        ? decode(
            Kind.LEAF_OF_PRINCIPAL,
            MAX_LEAF_BYTES,
            bytes,
            in -> PrincipalFormats.read(in, in.known(AuditLeaf.class)))
        : decode(Kind.LEAF, MAX_LEAF_BYTES, bytes, in -> in.known(AuditLeaf.class));
  }

  public byte[] encodeOutcome(Outcome outcome) {
    return encode(Kind.OUTCOME, MAX_LEAF_BYTES, out -> out.one(outcome));
  }

  public Outcome decodeOutcome(byte[] bytes) {
    return decode(Kind.OUTCOME, MAX_LEAF_BYTES, bytes, in -> in.one(Outcome.class));
  }

  /** What a transaction asks, without the ids under which it asks it. */
  byte[] encodeContent(Transaction transaction) {
    return encode(Kind.CONTENT, MAX_LEAF_BYTES, out -> EnvelopeFormats.content(out, transaction));
  }

  private byte[] encode(Kind kind, int mostBytes, Consumer<Sink> body) {
    Engine engine = engines.obtain();
    try {
      return engine.write(kind, mostBytes, body);
    } finally {
      engines.free(engine);
    }
  }

  private <T> T decode(Kind kind, int mostBytes, byte[] bytes, Function<Source, T> body) {
    Engine engine = engines.obtain();
    try {
      return engine.read(kind, mostBytes, bytes, body);
    } finally {
      engines.free(engine);
    }
  }
}
