package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/language.md} is written by hand and held to the code: every operation with its
 * fields, refusals in the order of precedence, and every fact.
 */
final class LanguageDocTest {
  private static final Path PAGE = Path.of("../../docs/language.md");
  private static final Pattern SECTION =
      Pattern.compile("^### (\\w+)\n(.*?)(?=^#|\\z)", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  @Test
  void everyOperationHasItsSection() throws IOException {
    assertEquals(names(Operation.class), new TreeSet<>(sections().keySet()));
  }

  @Test
  void fieldsAreThoseOfTheRecord() throws IOException {
    Map<String, String> sections = sections();
    for (Class<?> operation : Operation.class.getPermittedSubclasses()) {
      String name = operation.getSimpleName();
      List<String> fields =
          Arrays.stream(operation.getRecordComponents()).map(c -> c.getName()).toList();
      assertEquals(fields, line("Fields", name, sections), name);
    }
  }

  @Test
  void refusalsAreInTheOrderOfPrecedence() throws IOException {
    Map<String, String> sections = sections();
    for (String name : sections.keySet()) {
      List<Refusal> refusals =
          line("Refused", name, sections).stream().map(Refusal::valueOf).toList();
      assertEquals(refusals.stream().sorted().distinct().toList(), refusals, name);
    }
  }

  @Test
  void everyFactIsNamed() throws IOException {
    Map<String, String> sections = sections();
    Set<String> facts = names(Event.class);
    for (String name : sections.keySet()) {
      for (String fact : line("Facts", name, sections)) {
        assertTrue(facts.contains(fact), () -> name + ": there is no fact " + fact);
      }
    }
    facts.removeAll(found(Files.readString(PAGE)));
    assertEquals(Set.of(), facts, "not named");
  }

  private static Map<String, String> sections() throws IOException {
    Map<String, String> sections = new TreeMap<>();
    Matcher section = SECTION.matcher(Files.readString(PAGE));
    while (section.find()) {
      sections.put(section.group(1), section.group(2));
    }
    return sections;
  }

  private static List<String> line(String key, String name, Map<String, String> sections) {
    String section = sections.getOrDefault(name, "");
    Matcher line = Pattern.compile("^" + key + ": (.*)$", Pattern.MULTILINE).matcher(section);
    assertTrue(line.find(), () -> name + " has no line of " + key);
    return found(line.group(1));
  }

  private static List<String> found(String text) {
    List<String> found = new ArrayList<>();
    Matcher name = NAME.matcher(text);
    while (name.find()) {
      found.add(name.group(1));
    }
    return found;
  }

  private static Set<String> names(Class<?> sealed) {
    return Stream.of(sealed.getPermittedSubclasses())
        .map(Class::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
