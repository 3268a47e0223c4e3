package org.ultravisor.ledger.store;

/**
 * Where what is stored differs from what follows from the rest of it.
 *
 * @param sequence of the first leaf concerned; 0 if it is not a leaf
 * @param what was compared
 */
public record Difference(long sequence, String what, String expected, String found) {
  @Override
  public String toString() {
    return "sequence %d: %s: expected %s, found %s".formatted(sequence, what, expected, found);
  }
}
