package org.ultravisor.ledger.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Where fields are read: Kryo's input with the ledger's kinds of field. It trusts nothing: a length
 * that the remaining bytes cannot hold is refused before anything is allocated for it.
 */
public final class Source extends Input {
  private final Kryo kryo;

  Source(Kryo kryo) {
    this.kryo = kryo;
  }

  public long number() {
    return readVarLong(true);
  }

  /** Of all the ways to write a number, the shortest: equal values have equal bytes. */
  @Override
  public long readVarLong(boolean optimizePositive) {
    int first = position;
    long value = super.readVarLong(optimizePositive);
    if (position - first > 1 && buffer[position - 1] == 0) {
      throw wrong("a number in as few bytes as it takes expected, found one more");
    }
    return value;
  }

  /** As {@link #readVarLong}; Kryo reads its class ids so. */
  @Override
  public int readVarInt(boolean optimizePositive) {
    long value = readVarLong(optimizePositive);
    if (value != (int) value) {
      throw wrong("a number of 32 bits expected, found " + value);
    }
    return (int) value;
  }

  public int integer() {
    long value = readVarLong(true);
    if (value != (int) value) {
      throw wrong("a number of 32 bits expected, found " + value);
    }
    return (int) value;
  }

  public long orMinusOne() {
    return readVarLong(true) - 1;
  }

  public long fixed() {
    return readLong();
  }

  public boolean flag() {
    int value = readByte();
    if (value != 0 && value != 1) {
      throw wrong("a flag, 0 or 1, expected, found " + value);
    }
    return value == 1;
  }

  public String text() {
    int bytes = length("bytes of text");
    int from = position;
    for (int i = 0; i < bytes; i++) {
      if (buffer[from + i] < 0) {
        return utf8(from, bytes);
      }
    }
    position = from + bytes;
    return new String(buffer, from, bytes, StandardCharsets.US_ASCII);
  }

  private String utf8(int from, int bytes) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(buffer, from, bytes))
              .toString();
      position = from + bytes;
      return text;
    } catch (CharacterCodingException e) {
      throw wrong("text in UTF-8 expected, found bytes that are none");
    }
  }

  PageRange range() {
    return new PageRange(number(), number());
  }

  public Rights rights() {
    return new Rights(readByte());
  }

  Limits limits() {
    return new Limits(number(), integer());
  }

  SortedMap<String, String> labels() {
    int count = length("labels");
    SortedMap<String, String> labels = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String key = text();
      if (!labels.isEmpty() && labels.lastKey().compareTo(key) >= 0) {
        throw wrong("labels in ascending order expected, found '" + key + "' too late");
      }
      labels.put(key, text());
    }
    return Collections.unmodifiableSortedMap(labels);
  }

  StateHash hash() {
    return new StateHash(fixed(), fixed());
  }

  public <E extends Enum<E>> E code(List<E> codes) {
    long code = number();
    if (code < 0 || code >= codes.size()) {
      throw wrong("a code of %s expected, found %d".formatted(codes, code));
    }
    return codes.get((int) code);
  }

  Refusal refusal() {
    int code = integer();
    Refusal refusal = Ids.REFUSALS.get(code);
    if (refusal == null) {
      throw wrong("a refusal's code expected, found " + code);
    }
    return refusal;
  }

  List<Long> numbers() {
    return list("numbers", this::number);
  }

  List<PageRange> ranges() {
    return list("ranges", this::range);
  }

  List<Integer> integers() {
    return list("numbers", this::integer);
  }

  List<String> texts() {
    return list("texts", this::text);
  }

  /**
   * A value that has taken a field as it was read. A record may sort a list or make letters small;
   * only what it would have written itself is read.
   */
  <T> T asWritten(T value, Object read, Object taken) {
    if (!read.equals(taken)) {
      throw wrong("found %s where %s is written".formatted(read, taken));
    }
    return value;
  }

  /** One value of the family: behind any other class id than one of its members' is an error. */
  <T> T one(Class<T> family) {
    Registration found = kryo.readClass(this);
    Class<?> type = found == null ? null : found.getType();
    if (type == null || !family.isAssignableFrom(type)) {
      throw wrong(
          "a kind of %s expected, found %s"
              .formatted(family.getSimpleName(), type == null ? "nothing" : type.getSimpleName()));
    }
    return family.cast(kryo.readObject(this, type));
  }

  <T> List<T> many(Class<T> family) {
    return list("elements, each a kind of " + family.getSimpleName(), () -> one(family));
  }

  /** A value of exactly this class. */
  <T> T known(Class<T> type) {
    return kryo.readObject(this, type);
  }

  /** Values of exactly this class. */
  <T> List<T> manyKnown(Class<T> type) {
    return list(type.getSimpleName() + "s", () -> known(type));
  }

  private <T> List<T> list(String what, Supplier<T> element) {
    int count = length(what);
    List<T> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(element.get());
    }
    return list;
  }

  /** Values of one kind, as {@link Sink#each} wrote them. */
  public <V> List<V> each(String what, Function<Source, V> read) {
    int count = length(what);
    List<V> values = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      values.add(read.apply(this));
    }
    return values;
  }

  /** A number of 0 to {@code most}. */
  int count(String what, int most) {
    long count = number();
    if (count < 0 || count > most) {
      throw wrong("%s, at most %d, expected, found %d".formatted(what, most, count));
    }
    return (int) count;
  }

  /** A count of things of which each takes a byte at least. */
  private int length(String what) {
    long count = number();
    if (count < 0 || count > limit - position) {
      throw wrong("%d %s announced, %d bytes are left".formatted(count, what, limit - position));
    }
    return (int) count;
  }

  CodecException wrong(String what) {
    return new CodecException("byte " + position + ": " + what);
  }
}
