package org.ultravisor.ledger.codec;

import com.esotericsoftware.kryo.Kryo;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Collects the formats of all classes and registers each under its number of {@link Ids}. */
final class Formats {
  private final Map<Class<?>, Format<?>> byClass = new HashMap<>();

  static void registerAll(Kryo kryo) {
    Formats formats = new Formats();
    EnvelopeFormats.addTo(formats);
    OperationFormats.addTo(formats);
    EventFormats.addTo(formats);
    LoanFormats.addTo(formats);
    ServiceFormats.addTo(formats);
    formats.register(kryo);
  }

  <T> void add(Class<T> type, BiConsumer<Sink, T> writer, Function<Source, T> reader) {
    if (byClass.put(type, new Format<>(writer, reader)) != null) {
      throw new IllegalStateException("two formats of " + type);
    }
  }

  private void register(Kryo kryo) {
    Ids.CLASSES.forEach(
        (id, type) -> {
          Format<?> format = byClass.remove(type);
          if (format == null) {
            throw new IllegalStateException(type + " has a number in Ids but no format");
          }
          kryo.register(type, format, id);
        });
    if (!byClass.isEmpty()) {
      throw new IllegalStateException("formats without a number in Ids: " + byClass.keySet());
    }
  }
}
