package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.IntBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The owner map against the naive one, on random assignments that crowd around tier boundaries. */
class OwnerMapModelTest {
  private static final int[] DESCRIPTORS = {0, 0, 1, 4, 4, 6, 8, 3, 5, 1 << 20, Integer.MAX_VALUE};

  /** With few runs in a packed block, blocks become pages and are packed again all the time. */
  @ParameterizedTest
  @CsvSource({"9, 512", "10, 512", "9, 4", "10, 4", "10, 16"})
  void behavesAsTheNaiveMapDoes(int bits, int packedRuns) {
    long seed = Seeds.seed();
    OwnerMap map =
        new OwnerMap(
            new Scale(bits),
            (shape, ledger) ->
                new PageTree(new TreeShape(shape.scale(), shape.unit(), packedRuns), ledger));
    new Game(seed, map).play(Seeds.steps(1500));
  }

  /** Each fault is in the tree alone; the checks must notice it from outside. */
  @ParameterizedTest
  @EnumSource(FaultyTree.Fault.class)
  void findsPlantedFaults(FaultyTree.Fault fault) {
    OwnerMap broken =
        new OwnerMap(Scale.LEDGER, (shape, ledger) -> new FaultyTree(shape, ledger, fault));
    Game game = new Game(20261122, broken);
    assertThrows(AssertionError.class, () -> game.play(1500), () -> fault + " went unnoticed");
  }

  @Test
  void theSameSeedIsTheSameGame() {
    OwnerMap one = new OwnerMap(Scale.LEDGER);
    OwnerMap two = new OwnerMap(Scale.LEDGER);
    new Game(5, one).play(200);
    new Game(5, two).play(200);
    assertEquals(one.hashHigh(), two.hashHigh());
    assertEquals(OwnerMapCheck.pages(one), OwnerMapCheck.pages(two));
  }

  /** A snapshot with what it must go on saying. */
  private record Kept(OwnerMapSnapshot snapshot, NaiveRuns<Integer> model) {}

  private static final class Game {
    private final long seed;
    private final Random random;
    private final OwnerMap map;
    private final Scale scale;
    private final NaiveRuns<Integer> model;
    private final Deque<Kept> kept = new ArrayDeque<>();

    Game(long seed, OwnerMap map) {
      this.seed = seed;
      this.random = new Random(seed);
      this.map = map;
      this.scale = map.scale();
      this.model = new NaiveRuns<>(scale.frameLimit(), OwnerMapView.ABSENT);
    }

    void play(int steps) {
      int step = 0;
      try {
        for (; step < steps; step++) {
          if (random.nextInt(8) == 0) {
            query();
          } else {
            assign();
          }
          if (random.nextInt(40) == 0) {
            keep();
          }
          if (step % 150 == 149 || step == steps - 1) {
            OwnerMapCheck.same(model, map);
          }
        }
        kept.forEach(k -> OwnerMapCheck.same(k.model, k.snapshot));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(Seeds.repeat("OwnerMapModelTest", seed, step), e);
      }
    }

    private void assign() {
      PageRange range = range();
      int descriptor = DESCRIPTORS[random.nextInt(DESCRIPTORS.length)];
      map.assign(range, descriptor);
      model.set(range.firstFrame(), range.endFrame(), descriptor);
      assertEquals(descriptor, map.descriptorAt(range.firstFrame()));
      assertEquals(descriptor, map.descriptorAt(range.endFrame() - 1));
    }

    private void query() {
      long frame = frame();
      int descriptor = DESCRIPTORS[random.nextInt(DESCRIPTORS.length)];
      Tier tier = Tier.ofLevel(random.nextInt(Scale.TIERS));
      assertEquals(model.at(frame), map.descriptorAt(frame), "descriptor of " + frame);
      assertEquals(
          model.find(descriptor, scale.frames(tier), scale.frames(tier), frame),
          map.findBlock(descriptor, tier, frame),
          () -> "block of tier %s for %d from %d".formatted(tier, descriptor, frame));
      PageRange range = range();
      List<NaiveRuns.Run<Integer>> runs = model.runs(range.firstFrame(), range.endFrame());
      int owner = runs.get(0).value();
      assertEquals(runs.size() == 1, map.isWhole(range, owner), () -> range + " whole");
      assertEquals(
          runs.get(0).count(),
          map.runLength(range.firstFrame(), range.frameCount()),
          () -> "run at the start of " + range);
    }

    private void keep() {
      kept.addLast(new Kept(map.snapshot(), new NaiveRuns<>(model)));
      if (kept.size() > 4) {
        Kept oldest = kept.removeFirst();
        OwnerMapCheck.same(oldest.model, oldest.snapshot);
        assertEquals(OwnerMapCheck.pages(map), changed(oldest.snapshot), "pages since a snapshot");
        oldest.snapshot.close();
      }
    }

    /** The older snapshot's pages, brought up to date by the changes since. */
    private Map<PageKey, IntBuffer> changed(OwnerMapSnapshot older) {
      Map<PageKey, IntBuffer> pages = new HashMap<>(OwnerMapCheck.pages(older));
      map.forEachIndexPageChangedSince(
          older,
          new IndexPageVisitor() {
            @Override
            public void page(int level, long prefix, int[] slots) {
              pages.put(new PageKey(level, prefix), IntBuffer.wrap(slots.clone()));
            }

            @Override
            public void gone(int level, long prefix) {
              pages.remove(new PageKey(level, prefix));
            }
          });
      return pages;
    }

    /** A frame near a multiple of some tier's block, often near the first or the last one. */
    private long frame() {
      long limit = scale.frameLimit();
      long block = scale.frames(Tier.ofLevel(random.nextInt(Scale.TIERS)));
      long near =
          switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> block;
            case 2 -> block * random.nextInt(scale.slots());
            case 3 -> block * (random.nextInt(3) + scale.slots() / 2);
            default -> limit - block * random.nextInt(1, 3);
          };
      long spread = random.nextBoolean() ? random.nextInt(-3, 4) : random.nextInt(-600, 600);
      return Math.clamp(near + spread, 0, limit - 1);
    }

    private PageRange range() {
      long first = frame();
      int levels = random.nextInt(100) == 0 ? Scale.TIERS : 2;
      long block = scale.frames(Tier.ofLevel(random.nextInt(levels)));
      long count =
          switch (random.nextInt(4)) {
            case 0, 1 -> random.nextInt(1, 4);
            case 2 -> block;
            default -> block * random.nextInt(1, 4) + random.nextInt(-3, 4);
          };
      return new PageRange(first, Math.clamp(count, 1, scale.frameLimit() - first));
    }
  }
}
