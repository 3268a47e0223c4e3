package org.ultravisor.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import org.ultravisor.mapping.OwnerMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Scale;
import org.ultravisor.mapping.Tier;

/** Which ranges the machines of one host have at the end of a trace, placed first fit. */
final class HostRanges {
  /** Memory of each host: 8 TiB, of which the trace fills about a third. */
  static final long HOST_FRAMES = 1L << 31;

  private static final int FREE = 4;

  private HostRanges() {}

  /**
   * A range of one machine.
   *
   * @param guestFrame where the machine sees it, counted from its first range on
   */
  record Placed(PageRange range, long guestFrame, int machine) {}

  /** The ranges by address; blocks of 4 MiB, as the ledger allocates them. */
  static List<Placed> of(VmTrace trace, int host) {
    OwnerMap owners = new OwnerMap(Scale.LEDGER);
    owners.assign(new PageRange(0, HOST_FRAMES), FREE);
    IdentityHashMap<VmTrace.Vm, List<Placed>> live = new IdentityHashMap<>();
    int machine = 0;
    for (VmTrace.Step step : trace.steps(host)) {
      if (step.arrival()) {
        List<Placed> placed = place(owners, step.vm().frames(), machine++);
        placed.forEach(p -> owners.assign(p.range(), descriptor(p.machine())));
        live.put(step.vm(), placed);
      } else {
        live.getOrDefault(step.vm(), List.of()).forEach(p -> owners.assign(p.range(), FREE));
        live.remove(step.vm());
      }
    }
    List<Placed> all = new ArrayList<>();
    live.values().forEach(all::addAll);
    all.sort(Comparator.comparing(Placed::range));
    return all;
  }

  private static List<Placed> place(OwnerMap owners, long frames, int machine) {
    List<Placed> placed = new ArrayList<>();
    long block = Scale.LEDGER.frames(Tier.M);
    long done = 0;
    long from = 0;
    while (done < frames) {
      long first = owners.findBlock(FREE, Tier.M, from);
      if (first < 0) {
        throw new IllegalStateException("the trace does not fit into a host of 8 TiB");
      }
      long count = owners.runLength(first, frames - done) / block * block;
      placed.add(new Placed(new PageRange(first, count), done, machine));
      done += count;
      from = first + count;
    }
    return placed;
  }

  static int descriptor(int machine) {
    return 2 * machine + 5;
  }
}
