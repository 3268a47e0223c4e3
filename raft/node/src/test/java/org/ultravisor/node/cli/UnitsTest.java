package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "4660, 4660",
    "0x1234p, 4660",
    "0x1234567, 4660",
    "4GiB, 1048576",
    "7KiB, 1",
    "1152921504606846975, 1152921504606846975",
    "0xfffffffffffff000, 4503599627370495"
  })
  void frames(String text, long frame) {
    assertEquals(frame, Units.frame(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "x", "0x", "0xfffffffffffffffffp", "1152921504606846976", "4GB"})
  void notFrames(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Units.frame(text)).toString();
    assertTrue(message.contains(text), message);
  }

  @Test
  void amounts() {
    assertEquals("4 KiB", Units.pages(1));
    assertEquals("1 GiB", Units.pages(1 << 18));
    assertEquals("1.5 GiB", Units.pages(3 << 17));
    assertEquals("4 EiB", Units.pages(1L << 50));
    assertEquals("0x1234000", Units.address(0x1234));
    assertEquals("0x10000000000000p", Units.address(1L << 52));
  }

  @Test
  void tablesAlignNumbersToTheRight() {
    Table table = new Table("NAME", "PAGES").row("a", 5).row("longer", 12345);
    assertEquals("NAME    PAGES\na           5\nlonger  12345", table.toString());
  }
}
