package org.ultravisor.ledger.core;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The shape of operands: what can be said of them without knowing the ledger's state. */
final class Shape {
  /** Guest frames are numbered below this: the levels K to P of a view. */
  static final long GUEST_FRAME_LIMIT = 1L << 50;

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern DEVICE =
      Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]");
  static final int MAX_NAME = 64;
  static final int MAX_LABELS = 64;
  static final int MAX_CELLS = 1024;
  static final int MAX_BORROWERS = 16;
  static final int MAX_SERVERS = 8;
  static final int MAX_DOCUMENT = 65_536;

  private Shape() {}

  static void name(String what, String name) {
    boolean good = !name.isEmpty() && name.length() <= MAX_NAME;
    for (int i = 0; good && i < name.length(); i++) {
      char c = name.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
    }
    if (!good) {
      throw new IllegalArgumentException(
          what + " must be 1 to 64 letters, digits, '.', '_' or '-': '" + name + "'");
    }
  }

  static void text(String what, String text, int most) {
    if (text.length() > most) {
      throw new IllegalArgumentException(
          "%s is longer than %d characters: %d".formatted(what, most, text.length()));
    }
  }

  static String deviceAddress(String address) {
    String lower = address.toLowerCase(Locale.ROOT);
    if (!DEVICE.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          "device address must be domain:bus:device.function, such as 0000:00:1f.2: '"
              + address
              + "'");
    }
    return lower;
  }

  static SortedMap<String, String> labels(Map<String, String> labels) {
    if (labels.size() > MAX_LABELS) {
      throw new IllegalArgumentException(
          "more than %d labels: %d".formatted(MAX_LABELS, labels.size()));
    }
    labels.forEach(
        (key, value) -> {
          name("label", key);
          text("label " + key, value, 256);
        });
    return Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  static List<Integer> cells(List<Integer> cells) {
    if (cells.isEmpty() || cells.size() > MAX_CELLS) {
      throw new IllegalArgumentException(
          "cells must name 1 to %d cells: %d".formatted(MAX_CELLS, cells.size()));
    }
    cells.forEach(Shape::cell);
    return List.copyOf(cells);
  }

  /** Without those named twice, ascending. */
  static List<Integer> processors(List<Integer> processors, int most) {
    between("number of processors", processors.size(), 0, most);
    processors.forEach(processor -> notNegative("processor", processor));
    return processors.stream().distinct().sorted().toList();
  }

  /** Without those named twice, ascending. */
  static List<String> deviceAddresses(List<String> addresses, int most) {
    between("number of devices", addresses.size(), 0, most);
    NavigableMap<Long, String> byNumber = new TreeMap<>();
    for (String address : addresses) {
      String good = deviceAddress(address);
      byNumber.putIfAbsent(DeviceAddress.number(good), good);
    }
    return List.copyOf(byNumber.values());
  }

  static List<String> servers(List<String> servers) {
    between("number of servers", servers.size(), 1, MAX_SERVERS);
    Set<String> names = new HashSet<>();
    for (String server : servers) {
      name("server", server);
      if (!names.add(server)) {
        throw new IllegalArgumentException("server is named twice: '" + server + "'");
      }
    }
    return List.copyOf(servers);
  }

  static List<Borrower> borrowers(String owner, List<Borrower> borrowers) {
    between("number of borrowers", borrowers.size(), 1, MAX_BORROWERS);
    Set<String> names = new HashSet<>();
    for (Borrower borrower : borrowers) {
      different("the owner", owner, "a borrower", borrower.partition());
      if (!names.add(borrower.partition())) {
        throw new IllegalArgumentException(
            "borrower is named twice: '" + borrower.partition() + "'");
      }
    }
    return List.copyOf(borrowers);
  }

  static void cell(int cell) {
    between("cell", cell, 0, Descriptors.MAX_CELL);
  }

  static void different(String what, String name, String otherWhat, String other) {
    if (name.equals(other)) {
      throw new IllegalArgumentException(what + " and " + otherWhat + " are both '" + name + "'");
    }
  }

  static void guestFrame(long frame) {
    between("guest frame", frame, Operation.ANY_GUEST_FRAME, GUEST_FRAME_LIMIT - 1);
  }

  /** SHA-256, as text. */
  static void hash(String what, String text) {
    if (!HASH.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "%s must be 64 hexadecimal digits, lower case: '%s'".formatted(what, text));
    }
  }

  static void notNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is negative: " + value);
    }
  }

  static void between(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be in %d..%d: %d".formatted(what, least, most, value));
    }
  }
}
