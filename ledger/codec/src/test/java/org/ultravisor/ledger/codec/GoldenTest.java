package org.ultravisor.ledger.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.Refusal;

/**
 * Holds the format to the files in {@code src/test/resources/golden}: what was written once reads
 * and writes the same for ever. {@code -Dultravisor.golden=write} adds files of new kinds; it never
 * changes one that exists. A change of a file means a new version of the format.
 */
class GoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/v" + Engine.VERSION);
  private static final boolean WRITE = "write".equals(System.getProperty("ultravisor.golden"));

  private final LedgerCodec codec = new LedgerCodec();

  @TestFactory
  Stream<DynamicTest> everySampleEqualsItsFile() {
    return Samples.documents(codec).entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())));
  }

  private static void check(String name, Document<?> document) throws IOException {
    Path file = FOLDER.resolve(name + ".hex");
    if (WRITE && !Files.exists(file)) {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          "# " + document.value() + "\n" + HexFormat.of().formatHex(document.encode()) + "\n");
    }
    assertTrue(
        Files.exists(file), () -> file + " is missing; -Dultravisor.golden=write creates it");
    byte[] golden =
        HexFormat.of().parseHex(Files.readString(file).lines().skip(1).findFirst().orElseThrow());
    assertEquals(document.value(), document.decode(golden), "what the golden bytes say");
    assertArrayEquals(golden, document.encode(), () -> "bytes of " + document.value());
  }

  /** Numbers of classes and constants, one a line: lines may be added and none may change. */
  @Test
  void everyNumberIsTheOneItWas() throws IOException {
    Path file = FOLDER.resolve("numbers.txt");
    List<String> now = numbers();
    if (WRITE) {
      Set<String> known = Files.exists(file) ? new HashSet<>(Files.readAllLines(file)) : Set.of();
      assertTrue(now.containsAll(known), () -> "changed numbers are not written: " + known);
      Files.createDirectories(FOLDER);
      Files.write(file, now);
    }
    assertEquals(
        Files.readAllLines(file), now, "only additions, by -Dultravisor.golden=write, are right");
  }

  private static List<String> numbers() {
    List<String> lines = new ArrayList<>();
    new TreeMap<>(Ids.CLASSES)
        .forEach((id, type) -> lines.add("class " + id + " " + type.getSimpleName()));
    codes(lines, "memory type", Ids.MEMORY_TYPES);
    codes(lines, "partition kind", Ids.PARTITION_KINDS);
    codes(lines, "partition state", Ids.PARTITION_STATES);
    codes(lines, "tier", Ids.TIERS);
    codes(lines, "role", Ids.ROLES);
    new TreeMap<>(Ids.REFUSALS).forEach((code, name) -> lines.add("refusal " + code + " " + name));
    return lines;
  }

  private static <E extends Enum<E>> void codes(List<String> lines, String what, List<E> codes) {
    Class<E> type = codes.getFirst().getDeclaringClass();
    assertEquals(
        Set.of(type.getEnumConstants()), Set.copyOf(codes), () -> "codes of every " + what);
    for (int code = 0; code < codes.size(); code++) {
      lines.add(what + " " + code + " " + codes.get(code));
    }
  }

  @Test
  void everyKindHasASample() {
    assertSamples(Operation.class, Samples.OPERATIONS);
    assertSamples(Event.class, Samples.EVENTS);
    assertSamples(Precondition.class, Samples.PRECONDITIONS);
    assertSamples(EndState.class, Samples.END_STATES);
    assertSamples(
        Outcome.class,
        List.of(
            new Outcome.Committed(1, List.of()),
            new Outcome.Refused(1, 0, Refusal.PAGE_LIMIT, "")));
  }

  private static void assertSamples(Class<?> family, List<?> samples) {
    Set<Class<?>> missing = new HashSet<>(Arrays.asList(family.getPermittedSubclasses()));
    samples.forEach(sample -> missing.remove(sample.getClass()));
    assertEquals(
        Set.of(), missing, "kinds without a sample, a format in *Formats and a number in Ids");
  }
}
