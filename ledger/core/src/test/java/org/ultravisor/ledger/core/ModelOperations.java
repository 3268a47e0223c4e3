package org.ultravisor.ledger.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Tier;

/** Random operations on inventory, partitions, pages, processors, devices and reservations. */
final class ModelOperations {
  private static final List<String> DEVICES =
      List.of("0000:01:00.0", "0000:01:00.1", "0000:02:00.0", "10000:03:1f.7");
  private static final List<String> RESERVATIONS = List.of("r1", "r2", "r3");

  private final ModelChoices choose;
  private final NaiveState model;
  private final ModelLending lending;
  private final ModelServices services;

  ModelOperations(ModelChoices choose) {
    this.choose = choose;
    this.model = choose.model;
    this.lending = new ModelLending(choose);
    this.services = new ModelServices(choose);
  }

  /** One that may stand with others in a transaction. */
  Operation operation() {
    for (int i = 0; i < 8; i++) {
      Operation drawn = draw();
      if (drawn != null) {
        return drawn;
      }
    }
    return allocate();
  }

  private @Nullable Operation draw() {
    return switch (choose.random.nextInt(56)) {
      case 0, 1 -> addMemory();
      case 2 -> choose.oneIn(4) ? removeMemory() : null;
      case 3 -> choose.oneIn(3) ? poison() : null;
      case 4, 5 -> choose.oneIn(3) || model.partitions.size() < 3 ? create() : null;
      case 6 -> new Operation.SetLimits(choose.name(), choose.limits());
      case 7, 8 -> life();
      case 9, 10 -> processor();
      case 11, 12 -> device();
      case 13 -> choose.oneIn(9) ? history() : inventory();
      case 14, 15, 16 -> reservation();
      case 52, 53, 54, 55 -> services.draw(DEVICES);
      case 17, 18, 19, 20 -> release();
      case 21, 22, 23, 24 -> donate();
      case 25, 26, 27, 28, 29 -> allocate();
      case 30, 31, 32, 33, 34, 35, 36, 37, 38, 39 -> assign(choose.name());
      default -> lending.draw();
    };
  }

  private Operation addMemory() {
    PageRange range = choose.anyRange();
    for (int i = 0; i < 4 && model.memory.get(range.firstFrame()) != null; i++) {
      range = choose.anyRange();
    }
    if (range.firstFrame() < 2048 && choose.oneIn(3)) {
      range = new PageRange(range.firstFrame() / 1024 * 1024, 1024);
    }
    long end = range.firstFrame() + 1;
    while (end < range.endFrame()
        && NaiveMemory.index(end) >= 0
        && (model.memory.get(end) == null || choose.oneIn(500))) {
      end++;
    }
    int cell = range.firstFrame() < 2048 ? choose.random.nextInt(2) : choose.cell();
    return new Operation.AddMemory(
        PageRange.between(range.firstFrame(), end),
        cell,
        choose.one(List.of(MemoryType.values())),
        !choose.oneIn(3));
  }

  private @Nullable Operation removeMemory() {
    PageRange range = choose.available();
    return range == null ? null : new Operation.RemoveMemory(range);
  }

  /** Most often part of what is on its way, lent, shared or held, so that it must be split. */
  private @Nullable Operation poison() {
    PageRange range =
        switch (choose.random.nextInt(4)) {
          case 0 -> choose.run(page -> true);
          case 1 -> choose.run(page -> page.pending() != null || page.reservation() != 0);
          case 2 -> choose.run(ModelOperations::isDonated);
          default -> choose.run(page -> page.loan() != 0);
        };
    return range == null
        ? null
        : new Operation.PoisonPages(
            new PageRange(range.firstFrame(), Math.min(range.frameCount(), 2)));
  }

  private static boolean isDonated(NaivePage page) {
    NaivePending pending = page.pending();
    return pending != null && pending.end().is(NaiveEnd.Kind.OWNED);
  }

  private Operation create() {
    String name = choose.freeName();
    PartitionKind kind =
        ModelChoices.SERVERS.contains(name)
            ? PartitionKind.IO
            : name.equals("u") ? PartitionKind.ULTRAVISOR : PartitionKind.GUEST;
    return new Operation.CreatePartition(name, kind, choose.limits());
  }

  private @Nullable Operation life() {
    NaivePartition partition = choose.partition(each -> !each.zombie());
    if (partition == null || choose.oneIn(12)) {
      return switch (choose.random.nextInt(3)) {
        case 0 -> new Operation.StartPartition(choose.name());
        case 1 -> new Operation.StopPartition(choose.name());
        default -> new Operation.DestroyPartition(choose.name());
      };
    }
    String name = partition.name();
    return switch (partition.state()) {
      case CREATED ->
          choose.oneIn(8)
              ? new Operation.DestroyPartition(name)
              : new Operation.StartPartition(name);
      case STOPPED -> choose.oneIn(3) ? new Operation.DestroyPartition(name) : assign(name);
      case PAUSED -> new Operation.ResumePartition(name);
      default ->
          choose.oneIn(2) ? new Operation.StopPartition(name) : new Operation.PausePartition(name);
    };
  }

  private Operation inventory() {
    return choose.oneIn(2)
        ? new Operation.AddProcessor(choose.random.nextInt(6), choose.cell())
        : new Operation.AddDevice(
            choose.one(DEVICES), 0x020000, choose.random.nextInt(3) - 1, choose.cell());
  }

  private Operation history() {
    return switch (choose.random.nextInt(8)) {
      case 0, 1 -> new Operation.ActivateRules(1 + choose.random.nextInt(3));
      case 2 -> new Operation.DetachReplica("n1");
      default -> new Operation.Compact(Math.max(0, model.sequence + 1 - choose.random.nextInt(9)));
    };
  }

  private Operation processor() {
    int number = choose.random.nextInt(6);
    NaiveState.Processor found = model.processors.get(number);
    if (found == null && !choose.oneIn(6)) {
      return new Operation.AddProcessor(number, choose.cell());
    }
    return found == null || found.partition() == 0 || choose.oneIn(8)
        ? new Operation.AssignProcessor(choose.name(), number)
        : new Operation.ReleaseProcessor(holder(found.partition()), number);
  }

  private Operation device() {
    String address = choose.one(DEVICES);
    NaiveState.Device found = model.devices.get(address);
    if (found == null && !choose.oneIn(6)) {
      return new Operation.AddDevice(
          address, 0x020000, choose.random.nextInt(3) - 1, choose.cell());
    }
    return found == null || found.partition() == 0 || choose.oneIn(8)
        ? new Operation.AssignDevice(choose.name(), address)
        : new Operation.ReleaseDevice(holder(found.partition()), address);
  }

  private String holder(int partition) {
    NaivePartition found = choose.oneIn(8) ? null : model.partitions.get(partition);
    return found == null ? choose.name() : found.name();
  }

  private Operation reservation() {
    NaiveReservation held = choose.maybe(model.reservations.copy());
    if (held != null && choose.oneIn(2)) {
      return choose.oneIn(3)
          ? new Operation.Void(held.name())
          : new Operation.Post(held.name(), choose.guest(), choose.rights());
    }
    if (choose.oneIn(20)) {
      String name = choose.one(RESERVATIONS);
      return choose.oneIn(2)
          ? new Operation.Void(name)
          : new Operation.Post(name, choose.guest(), choose.rights());
    }
    long count = choose.random.nextInt(12);
    Tier tier = choose.oneIn(12) ? Tier.M : Tier.K;
    int processor = choose.random.nextInt(6);
    String address = choose.one(DEVICES);
    boolean withProcessor = choose.oneIn(4) || (count == 0 && choose.oneIn(2));
    return new Operation.Reserve(
        choose.one(RESERVATIONS),
        choose.name(),
        tier == Tier.M && !choose.oneIn(4) ? 1024 : count,
        tier,
        choose.cells(),
        withProcessor ? List.of(processor) : List.of(),
        (count == 0 && !withProcessor) || choose.oneIn(6) ? List.of(address) : List.of(),
        1 + choose.random.nextInt(60));
  }

  private @Nullable Operation release() {
    ModelChoices.Owned owned = choose.owned();
    return owned == null
        ? null
        : new Operation.ReleasePages(sometimesOther(owned.owner()), owned.range());
  }

  private @Nullable Operation donate() {
    ModelChoices.Owned owned = choose.owned();
    if (owned == null) {
      return null;
    }
    String from = sometimesOther(owned.owner());
    String to = choose.name();
    return from.equals(to)
        ? new Operation.ReleasePages(from, owned.range())
        : new Operation.DonatePages(from, to, owned.range(), choose.guest(), choose.oneIn(2));
  }

  private String sometimesOther(NaivePartition owner) {
    return choose.oneIn(40) ? choose.name() : owner.name();
  }

  private Operation allocate() {
    boolean blocks = choose.oneIn(10);
    long count = blocks ? 1024 : 1 + choose.random.nextInt(choose.oneIn(5) ? 60 : 8);
    return new Operation.AllocatePages(
        choose.name(),
        count + (blocks && choose.oneIn(10) ? 1 : 0),
        blocks ? Tier.M : Tier.K,
        choose.cells(),
        choose.guest(),
        choose.rights());
  }

  private @Nullable Operation assign(String name) {
    PageRange range = choose.oneIn(25) ? choose.run(page -> true) : choose.available();
    return range == null
        ? null
        : new Operation.AssignPages(name, range, choose.guest(), choose.rights());
  }
}
