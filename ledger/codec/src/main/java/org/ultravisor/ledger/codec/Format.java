package org.ultravisor.ledger.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** How one class is written and read: its fields, in order, and nothing else. */
final class Format<T> extends Serializer<T> {
  private final BiConsumer<Sink, T> writer;
  private final Function<Source, T> reader;

  Format(BiConsumer<Sink, T> writer, Function<Source, T> reader) {
    super(false, true);
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public void write(Kryo kryo, Output output, T value) {
    writer.accept((Sink) output, value);
  }

  @Override
  public T read(Kryo kryo, Input input, Class<? extends T> type) {
    return reader.apply((Source) input);
  }
}
