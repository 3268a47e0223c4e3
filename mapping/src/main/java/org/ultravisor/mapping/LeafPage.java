package org.ultravisor.mapping;

/** A {@link Leaf} as a page, for reading. */
final class LeafPage extends Page {
  private final Object leaf;
  private final long step;

  LeafPage(Object leaf, long step) {
    super(Leaf.version(leaf), Leaf.slots(leaf), Leaf.runs(leaf));
    this.leaf = leaf;
    this.step = step;
  }

  @Override
  Object content() {
    return leaf;
  }

  @Override
  long step() {
    return step;
  }

  @Override
  long value(int i) {
    return Leaf.value(leaf, i);
  }

  @Override
  long bytes() {
    return Leaf.bytes(leaf);
  }

  @Override
  long valueBytes() {
    return Leaf.bytes(leaf);
  }

  @Override
  Page copy(long newVersion) {
    throw readOnly();
  }

  @Override
  void put(int i, long value) {
    throw readOnly();
  }

  @Override
  void fill(int from, int to, long value) {
    throw readOnly();
  }

  @Override
  void move(int from, int to, int count) {
    throw readOnly();
  }

  @Override
  void resize(int capacity) {
    throw readOnly();
  }

  private static IllegalStateException readOnly() {
    return new IllegalStateException("a leaf is written as an array, not as a page");
  }
}
