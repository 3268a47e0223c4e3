package org.ultravisor.ledger.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Where fields are written: Kryo's output with the ledger's kinds of field. */
public final class Sink extends Output {
  private final Kryo kryo;

  Sink(Kryo kryo, int bytes) {
    super(bytes, -1);
    this.kryo = kryo;
  }

  /** Any number; small ones that are not negative are short. */
  public Sink number(long value) {
    writeVarLong(value, true);
    return this;
  }

  /** A number that is -1 or more; -1 is short too. */
  public Sink orMinusOne(long value) {
    writeVarLong(value + 1, true);
    return this;
  }

  /** A number whose bits are random. */
  public Sink fixed(long value) {
    writeLong(value);
    return this;
  }

  public Sink flag(boolean value) {
    writeByte(value ? 1 : 0);
    return this;
  }

  public Sink text(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) >= 0x80) {
        return utf8(text);
      }
    }
    writeVarInt(length, true);
    for (int i = 0; i < length; i++) {
      writeByte(text.charAt(i));
    }
    return this;
  }

  private Sink utf8(String text) {
    ByteBuffer bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new CodecException("text holds half a surrogate pair and has no UTF-8: " + text, e);
    }
    writeVarInt(bytes.remaining(), true);
    writeBytes(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    return this;
  }

  Sink range(PageRange range) {
    return number(range.firstFrame()).number(range.frameCount());
  }

  public Sink rights(Rights rights) {
    writeByte(rights.bits());
    return this;
  }

  Sink limits(Limits limits) {
    return number(limits.pages()).number(limits.processors());
  }

  Sink labels(SortedMap<String, String> labels) {
    number(labels.size());
    labels.forEach((key, value) -> text(key).text(value));
    return this;
  }

  Sink hash(StateHash hash) {
    return fixed(hash.high()).fixed(hash.low());
  }

  /** A constant by its position among the codes, which are appended to and never reordered. */
  public <E extends Enum<E>> Sink code(List<E> codes, E value) {
    int code = codes.indexOf(value);
    if (code < 0) {
      throw new IllegalStateException(value + " has no code; append it");
    }
    return number(code);
  }

  Sink numbers(List<Long> values) {
    number(values.size());
    values.forEach(this::number);
    return this;
  }

  Sink ranges(List<PageRange> values) {
    number(values.size());
    values.forEach(this::range);
    return this;
  }

  Sink integers(List<Integer> values) {
    number(values.size());
    values.forEach(this::number);
    return this;
  }

  Sink texts(List<String> values) {
    number(values.size());
    values.forEach(this::text);
    return this;
  }

  /** Values of one kind, behind their number. */
  public <V> Sink each(List<V> values, BiConsumer<Sink, V> write) {
    number(values.size());
    values.forEach(value -> write.accept(this, value));
    return this;
  }

  /** One value of a sealed family, behind its class id. */
  Sink one(Object value) {
    kryo.writeClassAndObject(this, value);
    return this;
  }

  /** Values of a sealed family, each behind its class id. */
  Sink many(List<?> values) {
    number(values.size());
    values.forEach(this::one);
    return this;
  }

  /** A value whose class the reader knows. */
  Sink known(Object value) {
    kryo.writeObject(this, value);
    return this;
  }
}
