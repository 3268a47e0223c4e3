package org.ultravisor.ledger.core;

import java.util.function.IntConsumer;
import org.ultravisor.mapping.PageRange;

/**
 * What must hold after every transaction, checked at a cost of what that transaction changed, and
 * so always on. Sums are compared that are kept on different ways: pages by descriptor (owner map),
 * pages by memory map, and what the side tables hold back. Together with what is checked of each
 * fact as it is applied (pages change hands from whom they were expected to), a fault in {@code
 * decide} or {@code apply} ends the process before its outcome is told.
 *
 * <p>{@link InvariantChecks} looks at everything, page by page where needed; it finds what sums
 * cannot, such as two wrongs that cancel out.
 */
final class LiveChecks {
  private final State state;
  private final IntConsumer check = this::check;

  LiveChecks(State state) {
    this.state = state;
  }

  /** Call at the end of each transaction, refused ones included. */
  void run() {
    if (state.changed.takeInstalled()) {
      checkInstalled();
    }
    state.changed.drain(check);
  }

  private void checkInstalled() {
    long absent = state.memory.owner().frames(Descriptors.ABSENT);
    long installed = state.indexes.installedFrames();
    Invariant.check(
        absent == PageRange.FRAME_LIMIT - installed,
        "%d frames are absent but %d installed",
        absent,
        installed);
  }

  private void check(int number) {
    PartitionDescriptor partition = state.partitions.get(number);
    if (partition == null) {
      checkGone(number);
      return;
    }
    PartitionUse use = state.indexes.useOf(number);
    long owned = state.memory.owner().frames(Descriptors.partition(number));
    long charged = use.chargedOf(owned);
    Invariant.check(
        charged <= partition.limits().pages(),
        "partition %d is charged for %d pages, over its limit of %d",
        number,
        charged,
        partition.limits().pages());
    Invariant.check(
        use.processors() <= partition.limits().processors(),
        "partition %d has %d processors, over its limit of %d",
        number,
        use.processors(),
        partition.limits().processors());
    long seen = state.memory.mapOf(number).mappedFrames();
    long expected = use.usableOf(owned);
    Invariant.check(
        seen == expected,
        "partition %d sees %d pages where %d were expected",
        number,
        seen,
        expected);
    Invariant.check(
        !partition.isZombie() || (seen == 0 && use.processors() == 0 && use.devices() == 0),
        "partition %d is a zombie with %d pages that it sees and %d processors",
        number,
        seen,
        use.processors());
  }

  private void checkGone(int number) {
    long owned = state.memory.owner().frames(Descriptors.partition(number));
    long seen = state.memory.mapOf(number).mappedFrames();
    Invariant.check(
        owned == 0 && seen == 0 && state.indexes.useOf(number).equals(PartitionUse.NONE),
        "partition %d is not there, but %d pages have its descriptor, it sees %d, or more is its",
        number,
        owned,
        seen);
  }
}
