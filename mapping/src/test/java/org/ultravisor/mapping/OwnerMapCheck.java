package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Compares an owner map's view with the naive map, in everything that can be asked. */
final class OwnerMapCheck {
  private OwnerMapCheck() {}

  static void same(NaiveRuns<Integer> model, OwnerMapView view) {
    long limit = view.scale().frameLimit();
    List<NaiveRuns.Run<Integer>> runs = new ArrayList<>();
    view.forEachRun(
        new PageRange(0, limit),
        (first, count, descriptor) -> runs.add(new NaiveRuns.Run<>(first, count, descriptor)));
    assertEquals(model.runs(), runs, "runs");

    OwnerMap scratch = new OwnerMap(view.scale());
    Map<Integer, Long> frames = new HashMap<>();
    for (NaiveRuns.Run<Integer> run : model.runs()) {
      scratch.assign(new PageRange(run.first(), run.count()), run.value());
      frames.merge(run.value(), run.count(), Long::sum);
    }
    long sum = 0;
    for (Map.Entry<Integer, Long> entry : frames.entrySet()) {
      assertEquals(entry.getValue(), view.frames(entry.getKey()), "frames of " + entry.getKey());
      sum += view.frames(entry.getKey());
    }
    assertEquals(limit, sum, "frames of all descriptors");
    assertEquals(scratch.hashHigh(), view.hashHigh(), "high hash, from scratch");
    assertEquals(scratch.hashLow(), view.hashLow(), "low hash, from scratch");
    Map<PageKey, IntBuffer> pages = pages(view);
    assertEquals(pages(scratch), pages, "index pages, from scratch");
    canonical(pages, view.scale());

    OwnerMap loaded = new OwnerMap(view.scale());
    view.forEachIndexPage(loaded::load);
    assertEquals(view.hashHigh(), loaded.hashHigh(), "hash of the map loaded from index pages");
    assertEquals(pages, pages(loaded), "index pages of the map loaded from them");
  }

  static Map<PageKey, IntBuffer> pages(OwnerMapView view) {
    Map<PageKey, IntBuffer> pages = new HashMap<>();
    view.forEachIndexPage(
        (level, prefix, slots) ->
            pages.put(new PageKey(level, prefix), IntBuffer.wrap(slots.clone())));
    return pages;
  }

  /**
   * No page but the root could be one slot; every page has its subdivided slot and the other way
   * round.
   */
  private static void canonical(Map<PageKey, IntBuffer> pages, Scale scale) {
    Set<PageKey> expected = new HashSet<>(Set.of(new PageKey(TreeShape.TOP, 0)));
    pages.forEach(
        (key, slots) -> {
          boolean mergeable =
              slots.get(0) >= 0 && IntStream.of(slots.array()).distinct().count() == 1;
          assertTrue(key.level() == TreeShape.TOP || !mergeable, () -> "not merged: " + key);
          for (int slot = 0; slot < slots.capacity(); slot++) {
            if (slots.get(slot) < 0) {
              expected.add(new PageKey(key.level() - 1, key.prefix() * scale.slots() + slot));
            }
          }
        });
    assertEquals(expected, pages.keySet(), "subdivided slots and their pages");
  }
}
