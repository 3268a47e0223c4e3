package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The memory map against a naive one: mappings of all alignments, conflicts, snapshots. */
class MemoryMapModelTest {
  /** How far the host frame is from the guest frame, and the rights; equal along a run. */
  record Link(long distance, int rights) {
    static final Link NONE = new Link(0, 0);
  }

  private record Piece(long guest, long host, long count, int rights) {}

  private record Kept(MemoryMapSnapshot snapshot, NaiveRuns<Link> model) {}

  @ParameterizedTest
  @CsvSource({"9, 512", "10, 512", "9, 4", "10, 4", "10, 16"})
  void behavesAsTheNaiveMapDoes(int bits, int packedRuns) {
    MemoryMap map =
        new MemoryMap(
            new Scale(bits),
            (shape, ledger) ->
                new PageTree(new TreeShape(shape.scale(), shape.unit(), packedRuns), ledger));
    new Game(Seeds.seed(), map).play(Seeds.steps(1500));
  }

  @ParameterizedTest
  @EnumSource(FaultyTree.Fault.class)
  void findsPlantedFaults(FaultyTree.Fault fault) {
    Game game =
        new Game(
            20261122,
            new MemoryMap(Scale.LEDGER, (shape, ledger) -> new FaultyTree(shape, ledger, fault)));
    assertThrows(AssertionError.class, () -> game.play(1500), () -> fault + " went unnoticed");
  }

  private static final class Game {
    private final long seed;
    private final Random random;
    private final MemoryMap map;
    private final Scale scale;
    private final long[] distances;
    private final NaiveRuns<Link> model = new NaiveRuns<>(MemoryMapView.GUEST_LIMIT, Link.NONE);
    private final Deque<Kept> kept = new ArrayDeque<>();

    Game(long seed, MemoryMap map) {
      this.seed = seed;
      this.random = new Random(seed);
      this.map = map;
      this.scale = map.scale();
      long host = scale.frameLimit() - MemoryMapView.GUEST_LIMIT - scale.frames(Tier.P);
      this.distances =
          new long[] {
            host, host, host + scale.frames(Tier.M), host + 3, host + scale.frames(Tier.G)
          };
    }

    void play(int steps) {
      int step = 0;
      try {
        for (; step < steps; step++) {
          if (random.nextInt(3) > 0) {
            map();
          } else {
            unmap();
          }
          query();
          if (random.nextInt(40) == 0) {
            kept.addLast(new Kept(map.snapshot(), new NaiveRuns<>(model)));
          }
          if (kept.size() > 3) {
            Kept oldest = kept.removeFirst();
            same(oldest.model, oldest.snapshot);
            pagesSince(oldest.snapshot);
            oldest.snapshot.close();
          }
          if (step % 50 == 0 || step == steps - 1) {
            same(model, map);
          }
        }
        kept.forEach(k -> same(k.model, k.snapshot));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(Seeds.repeat("MemoryMapModelTest", seed, step), e);
      }
    }

    private long guest() {
      long block = scale.frames(Tier.ofLevel(random.nextInt(Scale.TIERS)));
      long near = random.nextInt(4) == 0 ? MemoryMapView.GUEST_LIMIT - block : block;
      long spread = random.nextBoolean() ? random.nextInt(-3, 4) : random.nextInt(-700, 700);
      return Math.clamp(near + spread, 0, MemoryMapView.GUEST_LIMIT - 1);
    }

    private long count(long guest) {
      long block = scale.frames(Tier.ofLevel(random.nextInt(3)));
      long count = random.nextBoolean() ? random.nextInt(1, 4) : block * random.nextInt(1, 3);
      return Math.clamp(count, 1, MemoryMapView.GUEST_LIMIT - guest);
    }

    private void map() {
      long guest = guest();
      long count = count(guest);
      Rights rights = random.nextInt(3) == 0 ? Rights.READ : Rights.READ_WRITE;
      Link link = new Link(distances[random.nextInt(distances.length)], rights.bits());
      PageRange host = new PageRange(guest + link.distance, count);
      if (taken(host, guest)) {
        long hash = map.hashHigh();
        assertThrows(IllegalArgumentException.class, () -> map.map(guest, host, rights));
        assertEquals(hash, map.hashHigh(), "hash after a refusal");
      } else {
        map.map(guest, host, rights);
        model.set(guest, guest + count, link);
      }
    }

    /** Whether a frame of the host range is mapped outside the guest frames to be replaced. */
    private boolean taken(PageRange host, long guest) {
      for (NaiveRuns.Run<Link> run : model.runs()) {
        if (run.value().equals(Link.NONE)) {
          continue;
        }
        long first = Math.max(host.firstFrame() - run.value().distance, run.first());
        long end = Math.min(host.endFrame() - run.value().distance, run.end());
        if (first < end && (first < guest || end > guest + host.frameCount())) {
          return true;
        }
      }
      return false;
    }

    private void unmap() {
      long guest = guest();
      long count = count(guest);
      map.unmap(guest, count);
      model.set(guest, guest + count, Link.NONE);
    }

    private void query() {
      long guest = guest();
      Link link = model.at(guest);
      Mapping expected =
          link.equals(Link.NONE)
              ? null
              : new Mapping(guest + link.distance, new Rights(link.rights));
      assertEquals(expected, map.at(guest), () -> "mapping at " + guest);
      if (expected != null) {
        assertEquals(guest, map.guestFrameOf(expected.hostFrame()), "guest frame of its host");
      }
      long count = count(guest);
      Tier tier = Tier.ofLevel(random.nextInt(4));
      assertEquals(
          model.find(Link.NONE, count, scale.frames(tier), guest),
          map.findGap(count, tier, guest),
          () -> "gap of %d frames at tier %s from %d".formatted(count, tier, guest));
      assertEquals(
          model.find(Link.NONE, 1 + count / 2, scale.frames(tier), 0),
          map.findGap(1 + count / 2, tier),
          "gap from 0");
      assertEquals(
          model.runs(guest, guest + count).stream().allMatch(r -> r.value().equals(Link.NONE)),
          map.isFree(guest, count),
          () -> "%d frames from %d free".formatted(count, guest));
    }

    private void same(NaiveRuns<Link> expected, MemoryMapReads actual) {
      List<Piece> pieces = new ArrayList<>();
      MemoryMap scratch = new MemoryMap(scale);
      long frames = 0;
      for (NaiveRuns.Run<Link> run : expected.runs()) {
        if (!run.value().equals(Link.NONE)) {
          long host = run.first() + run.value().distance;
          pieces.add(new Piece(run.first(), host, run.count(), run.value().rights));
          scratch.map(
              run.first(), new PageRange(host, run.count()), new Rights(run.value().rights));
          frames += run.count();
        }
      }
      List<Piece> byGuest = new ArrayList<>();
      actual.forEachRun(
          (g, h, count, rights) -> byGuest.add(new Piece(g, h, count, rights.bits())));
      assertEquals(pieces, byGuest, "runs by guest");
      List<Piece> byHost = new ArrayList<>();
      actual.forEachGuestRunOf(
          new PageRange(0, scale.frameLimit()),
          (g, h, count, rights) -> byHost.add(new Piece(g, h, count, rights.bits())));
      pieces.sort(Comparator.comparingLong(Piece::host));
      assertEquals(pieces, byHost, "runs by host");
      assertEquals(frames, actual.mappedFrames(), "mapped frames");
      assertEquals(scratch.hashHigh(), actual.hashHigh(), "high hash, from scratch");
      assertEquals(scratch.hashLow(), actual.hashLow(), "low hash, from scratch");
      assertEquals(pages(scratch.guestRoot()), pages(actual.guestRoot()), "pages by guest");
      assertEquals(pages(scratch.hostRoot()), pages(actual.hostRoot()), "pages by host");
      leaves(byGuest, actual);
    }

    /** An older snapshot's pages, brought up to date by the changes since, make the same map. */
    private void pagesSince(MemoryMapSnapshot older) {
      Map<PageKey, LongBuffer> pages = new HashMap<>();
      MappingPageVisitor keep =
          new MappingPageVisitor() {
            @Override
            public void page(int level, long prefix, long[] slots) {
              pages.put(new PageKey(level, prefix), LongBuffer.wrap(slots.clone()));
            }

            @Override
            public void gone(int level, long prefix) {
              assertTrue(pages.remove(new PageKey(level, prefix)) != null, "a page that was there");
            }
          };
      older.forEachIndexPage(keep);
      map.forEachIndexPageChangedSince(older, keep);
      Map<PageKey, LongBuffer> brought = Map.copyOf(pages);
      pages.clear();
      map.forEachIndexPage(keep);
      assertEquals(pages, brought, "pages since a snapshot");
      MemoryMap loaded = new MemoryMap(scale);
      pages.forEach((key, slots) -> loaded.load(key.level(), key.prefix(), slots.array()));
      same(model, loaded);
    }

    private Map<PageKey, LongBuffer> pages(Page root) {
      Map<PageKey, LongBuffer> pages = new HashMap<>();
      IndexPageWalk.Sink keep =
          new IndexPageWalk.Sink() {
            @Override
            public void page(int level, long prefix, long[] slots) {
              pages.put(new PageKey(level, prefix), LongBuffer.wrap(slots.clone()));
            }

            @Override
            public void gone(int level, long prefix) {
              throw new AssertionError("a page is gone, though nothing was compared");
            }
          };
      new IndexPageWalk(map.shape, keep).visit(root, null);
      return pages;
    }

    /** Leaves tile the runs, are aligned, and could not be a tier larger. */
    private void leaves(List<Piece> runs, MemoryMapReads actual) {
      List<Piece> joined = new ArrayList<>();
      actual.forEachLeaf(
          (tier, guest, host, blocks, rights) -> {
            long size = scale.frames(tier);
            assertEquals(0, (guest | host) & (size - 1), "alignment of a leaf");
            long count = blocks * size;
            Piece last = joined.isEmpty() ? null : joined.getLast();
            if (last != null
                && last.guest + last.count == guest
                && last.host + last.count == host
                && last.rights == rights.bits()) {
              joined.removeLast();
              joined.add(new Piece(last.guest, last.host, last.count + count, last.rights));
            } else {
              joined.add(new Piece(guest, host, count, rights.bits()));
            }
            if (tier != Tier.E) {
              long above = size * scale.slots();
              long up = guest + above - 1 & -above;
              boolean fits = ((guest ^ host) & (above - 1)) == 0 && up + above <= guest + count;
              assertTrue(!fits, "a leaf that could be larger");
            }
          });
      assertEquals(runs, joined, "leaves, joined");
    }
  }
}
