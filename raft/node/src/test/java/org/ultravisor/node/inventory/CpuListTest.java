package org.ultravisor.node.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuListTest {
  @Test
  void lists() {
    assertEquals(Set.of(0, 1, 2, 3, 8, 10, 11), CpuList.parseList("0-3,8,10-11\n"));
    assertEquals(Set.of(), CpuList.parseList("\n"));
  }

  @Test
  void masks() {
    assertEquals(Set.of(0, 2, 32, 95), CpuList.parseMask("80000000,00000001,00000005"));
    assertEquals(Set.of(64), CpuList.parseMask("1,,\n"));
    assertEquals(Set.of(), CpuList.parseMask("0\n"));
  }

  @Test
  void nonsense() {
    assertThrows(IllegalArgumentException.class, () -> CpuList.parseList("0-x"));
    assertThrows(IllegalArgumentException.class, () -> CpuList.parseList("99999999"));
    assertThrows(IllegalArgumentException.class, () -> CpuList.parseMask("xyz"));
  }
}
