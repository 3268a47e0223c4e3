package org.ultravisor.ledger.command.json;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Values of every type that has a form, by its declaration. */
final class RandomValues {
  private final Random random;

  RandomValues(long seed) {
    this.random = new Random(seed);
  }

  /** A value of each record of a sealed type, and of a record itself. */
  List<Object> ofEach(Class<?> type) throws ReflectiveOperationException {
    List<Object> values = new ArrayList<>();
    for (Class<?> record :
        type.isSealed() ? type.getPermittedSubclasses() : new Class<?>[] {type}) {
      values.add(value(record, ""));
    }
    return values;
  }

  private Object value(Type type, String name) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      Type argument = generic.getActualTypeArguments()[0];
      if (generic.getRawType() == List.class) {
        return List.of(value(argument, name), value(argument, name));
      }
      if (generic.getRawType() == Optional.class) {
        return random.nextBoolean() ? Optional.of(value(argument, name)) : Optional.empty();
      }
      SortedMap<String, String> labels = new TreeMap<>();
      labels.put("rack", "7");
      return labels;
    }
    Class<?> plain = (Class<?>) type;
    if (plain == long.class || plain == Long.class) {
      return name.equals("guestFrame") && random.nextBoolean() ? -1L : random.nextLong(1, 1L << 40);
    }
    if (plain == int.class || plain == Integer.class) {
      return random.nextInt(1, 1000);
    }
    if (plain == boolean.class) {
      return random.nextBoolean();
    }
    if (plain == String.class) {
      return switch (name) {
        case "address", "addresses" -> "0000:%02x:1f.2".formatted(random.nextInt(256));
        case "logRoot" -> "%016x".formatted(random.nextLong()).repeat(4);
        default -> "n" + random.nextInt(Integer.MAX_VALUE);
      };
    }
    if (plain == PageRange.class) {
      return new PageRange(random.nextLong(1L << 50), random.nextLong(1, 1L << 50));
    }
    if (plain == Rights.class) {
      return new Rights(1 | random.nextInt(8));
    }
    if (plain == Principal.class) { // its roles and partitions depend on each other
      String someone = "n" + random.nextInt(Integer.MAX_VALUE);
      return random.nextBoolean()
          ? Principal.monitor(someone, "p1", "p2")
          : Principal.of(someone, Role.COMMAND);
    }
    if (plain == StateHash.class) {
      return new StateHash(random.nextLong(), random.nextLong());
    }
    if (plain == URI.class) {
      return URI.create("http://127.0.0.1:" + random.nextInt(1, 65536));
    }
    if (plain.isEnum()) {
      Object[] constants = plain.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    if (plain.isSealed()) {
      Class<?>[] records = plain.getPermittedSubclasses();
      return value(records[random.nextInt(records.length)], "");
    }
    return record(plain);
  }

  private Object record(Class<?> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = value(components[i].getGenericType(), components[i].getName());
    }
    if (type == Transaction.class) {
      values[2] = values[1]; // the lowest unanswered request is at most this one
    }
    return type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
        .newInstance(values);
  }
}
