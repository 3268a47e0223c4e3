package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Operands drawn by what the model knows, so that many operations make sense; some do not. */
final class ModelChoices {
  static final List<String> GUESTS = List.of("a", "b", "c", "d");
  static final List<String> SERVERS = List.of("io1", "io2");
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "io1", "io2", "u");
  private static final List<Rights> RIGHTS =
      List.of(Rights.READ, Rights.READ_WRITE, Rights.READ_EXECUTE, Rights.ALL, Rights.ALL);
  private static final long GUEST_LIMIT = 1L << 50;

  final Random random;
  final NaiveState model;

  ModelChoices(Random random, NaiveState model) {
    this.random = random;
    this.model = model;
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  <T> @Nullable T maybe(List<T> of) {
    return of.isEmpty() ? null : one(of);
  }

  /** Any name, most often that of a partition that is there and not going. */
  String name() {
    NaivePartition found = oneIn(25) ? null : partition(any -> !any.zombie() || oneIn(40));
    return found == null ? one(NAMES) : found.name();
  }

  String freeName() {
    for (int i = 0; i < 4; i++) {
      String name = one(NAMES);
      if (model.named(name) == null) {
        return name;
      }
    }
    return one(NAMES);
  }

  @Nullable NaivePartition partition(Predicate<NaivePartition> which) {
    List<NaivePartition> found = new ArrayList<>(8);
    for (NaivePartition partition : model.partitions.values()) {
      if (which.test(partition)) {
        found.add(partition);
      }
    }
    return maybe(found);
  }

  /** The name of a partition of which this is true, or any name. */
  String name(Predicate<NaivePartition> which) {
    NaivePartition found = oneIn(25) ? null : partition(which);
    return found == null ? name() : found.name();
  }

  Rights rights() {
    return one(RIGHTS);
  }

  Limits limits() {
    return oneIn(3)
        ? new Limits(random.nextInt(400), random.nextInt(4))
        : oneIn(3) ? new Limits(1500, 3) : Limits.NONE;
  }

  int cell() {
    return random.nextInt(3);
  }

  List<Integer> cells() {
    return switch (random.nextInt(3)) {
      case 0 -> List.of(cell());
      case 1 -> List.of(cell(), cell(), cell());
      default -> List.of(0, 1, 2);
    };
  }

  /** A guest frame: most often wherever there is room, now and then at the very end. */
  long guest() {
    return switch (random.nextInt(12)) {
      case 0 -> GUEST_LIMIT - 1 - random.nextInt(6);
      case 1, 2 -> random.nextInt(4096);
      case 3 -> 1024L * random.nextInt(4);
      default -> Operation.ANY_GUEST_FRAME;
    };
  }

  private int length() {
    return switch (random.nextInt(24)) {
      case 0 -> 1 + random.nextInt(1100);
      case 1, 2, 3 -> 1 + random.nextInt(64);
      default -> 1 + random.nextInt(8);
    };
  }

  /** Any range, also one that leaves what can be installed, or crosses a window. */
  PageRange anyRange() {
    if (oneIn(12)) {
      long edge = oneIn(2) ? NaiveMemory.WINDOW : 1L << 50;
      return new PageRange(edge - 1 - random.nextInt(4), 2 + random.nextInt(6));
    }
    PageRange island = one(NaiveMemory.ISLANDS);
    long first = island.firstFrame() + random.nextLong(island.frameCount());
    return new PageRange(first, 1 + random.nextLong(Math.min(length(), island.endFrame() - first)));
  }

  /** Pages next to one another of which this is true; null if none was found soon. */
  @Nullable PageRange run(Predicate<NaivePage> which) {
    if (oneIn(40)) {
      return anyRange();
    }
    int first = start(which);
    return first < 0 ? null : grown(first, which);
  }

  private int start(Predicate<NaivePage> which) {
    for (int i = 0; i < 10; i++) {
      // The small islands are as likely as the large one.
      int index =
          oneIn(2)
              ? random.nextInt(NaiveMemory.SIZE)
              : 2048 + random.nextInt(NaiveMemory.SIZE - 2048);
      NaivePage page = model.memory.at(index);
      if (page != null && which.test(page)) {
        return index;
      }
    }
    int from = random.nextInt(NaiveMemory.SIZE);
    for (int i = 0; i < NaiveMemory.SIZE; i += 7) {
      int index = (from + i) % NaiveMemory.SIZE;
      NaivePage page = model.memory.at(index);
      if (page != null && which.test(page)) {
        return index;
      }
    }
    return -1;
  }

  private PageRange grown(int start, Predicate<NaivePage> which) {
    long most = length();
    long first = NaiveMemory.frame(start);
    if (most > 500) {
      first -= first % 1024;
      most = 1024;
      first = sameAs(first, which) ? first : NaiveMemory.frame(start);
    }
    long end = first + 1;
    while (end < first + most && end < PageRange.FRAME_LIMIT && sameAs(end, which)) {
      if (end % NaiveMemory.WINDOW == 0) {
        break;
      }
      end++;
    }
    return PageRange.between(first, end);
  }

  private boolean sameAs(long frame, Predicate<NaivePage> which) {
    NaivePage page = model.memory.get(frame);
    return page != null && which.test(page);
  }

  /** A partition that has pages for itself, with some of them. */
  record Owned(NaivePartition owner, PageRange range) {}

  @Nullable Owned owned() {
    NaivePartition owner = partition(each -> !each.zombie() && model.memory.of(each.id()).seen > 0);
    if (owner == null) {
      return null;
    }
    PageRange range =
        run(
            page ->
                page.owner() == owner.id()
                    && page.pending() == null
                    && (page.reservation() == 0 || oneIn(60))
                    && (page.loan() == 0 || oneIn(60)));
    return range == null ? null : new Owned(owner, range);
  }

  @Nullable PageRange available() {
    return run(NaivePage::available);
  }
}
