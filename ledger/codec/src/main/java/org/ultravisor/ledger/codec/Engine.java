package org.ultravisor.ledger.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A Kryo with everything registered, and its buffers. One thread at a time. */
final class Engine {
  static final int MAGIC = 0xd5;
  static final int VERSION = 1;

  /** What a document is about; the third byte of each. */
  enum Kind {
    ENTRY(1, "entry"),
    TRANSACTION(2, "transaction"),
    LEAF(3, "leaf"),
    OUTCOME(4, "outcome"),
    /** Never read back: what a fingerprint is computed from. */
    CONTENT(5, "content of a transaction"),
    /** Of a protocol, which says what is in it. */
    MESSAGE(6, "message"),
    /** As ENTRY and LEAF, with who asked behind it: not all of it is the local principal's. */
    ENTRY_OF_PRINCIPALS(7, "entry"),
    LEAF_OF_PRINCIPAL(8, "leaf");

    final int code;
    final String title;

    Kind(int code, String title) {
      this.code = code;
      this.title = title;
    }
  }

  /** Larger buffers are given back after use. */
  private static final int BYTES_TO_KEEP = 1 << 20;

  static final int HEADER_BYTES = 3;
  private static final byte[] EMPTY = {};

  private final Kryo kryo = new Kryo(new RegisteredOnly(), null);
  private final Sink sink = new Sink(kryo, 4096);
  private final Source source = new Source(kryo);

  Engine() {
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    Formats.registerAll(kryo);
  }

  /** Whether the document says that it is of this kind. */
  static boolean is(Kind kind, byte[] document) {
    return document.length >= HEADER_BYTES && document[2] == kind.code;
  }

  byte[] write(Kind kind, int mostBytes, Consumer<Sink> body) {
    try {
      sink.setBuffer(sink.getBuffer(), Math.max(mostBytes, sink.getBuffer().length));
      sink.reset();
      sink.writeByte(MAGIC);
      sink.writeByte(VERSION);
      sink.writeByte(kind.code);
      body.accept(sink);
      if (sink.position() > mostBytes) {
        throw tooLarge(kind, mostBytes, null);
      }
      return sink.toBytes();
    } catch (KryoException e) {
      throw tooLarge(kind, mostBytes, e);
    } finally {
      if (sink.getBuffer().length > BYTES_TO_KEEP) {
        sink.setBuffer(new byte[4096], -1);
      }
    }
  }

  private static CodecException tooLarge(Kind kind, int mostBytes, @Nullable KryoException e) {
    String message = "%s takes more than the %d bytes allowed".formatted(kind.title, mostBytes);
    return e == null ? new CodecException(message) : new CodecException(message, e);
  }

  <T> T read(Kind kind, int mostBytes, byte[] bytes, Function<Source, T> body) {
    if (bytes.length > mostBytes) {
      throw new CodecException(
          "%s of %d bytes, at most %d allowed".formatted(kind.title, bytes.length, mostBytes));
    }
    if (bytes.length < HEADER_BYTES) {
      throw new CodecException(
          "%s: header of %d bytes expected, found %d"
              .formatted(kind.title, HEADER_BYTES, bytes.length));
    }
    expect(kind, "magic", 0, MAGIC, bytes[0]);
    expect(kind, "version", 1, VERSION, bytes[1]);
    expect(kind, "kind", 2, kind.code, bytes[2]);
    source.setBuffer(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    try {
      T value = body.apply(source);
      if (source.position() != bytes.length) {
        throw new CodecException(
            "byte %d: end expected, %d bytes are left"
                .formatted(source.position(), bytes.length - source.position()));
      }
      return value;
    } catch (CodecException e) {
      throw new CodecException(kind.title + ", " + e.getMessage(), e);
    } catch (KryoException | IllegalArgumentException | ArithmeticException e) {
      // Kryo: bytes end too early or a class id is unknown. The others: a record's own checks.
      throw new CodecException(
          "%s, byte %d: %s".formatted(kind.title, source.position(), e.getMessage()), e);
    } finally {
      source.setBuffer(EMPTY);
    }
  }

  private static void expect(Kind kind, String field, int at, int expected, byte found) {
    if ((byte) expected != found) {
      throw new CodecException(
          "%s, byte %d: %s 0x%02x expected, found 0x%02x"
              .formatted(kind.title, at, field, expected, found));
    }
  }

  /** Kryo would read a class by its name, and load it, wherever an id is 1: not here. */
  private static final class RegisteredOnly extends DefaultClassResolver {
    @Override
    protected Registration readName(Input input) {
      throw new KryoException("a registered class id expected, found a class by name");
    }
  }
}
