package org.ultravisor.node.demo;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;
import org.ultravisor.node.inventory.Inventory;

/** Which partitions the demo creates and what they get, in one transaction. */
final class DemoPlan {
  /** Gets and loses pages under load; it has no monitor. */
  static final String LOAD = "load";

  private static final List<String> IO = List.of("io-1", "io-2");
  private static final long IO_PAGES = 1024;

  private DemoPlan() {}

  static String guest(int number) {
    return "guest-" + number;
  }

  static int partitionCount(DemoOptions options) {
    return 2 + IO.size() + 1 + options.guests();
  }

  static List<Operation> partitions(Inventory inventory, DemoOptions options) {
    List<Operation> plan = new ArrayList<>();
    List<Integer> cells = inventory.cells();
    create(plan, "operations", PartitionKind.OPERATIONS, Limits.NONE);
    create(plan, "command", PartitionKind.COMMAND, Limits.NONE);
    for (String io : IO) {
      create(plan, io, PartitionKind.IO, Limits.NONE);
      allocate(plan, io, IO_PAGES, cells);
    }
    // Redundant I/O: the devices are dealt out in turn; a group moves with its first device.
    List<Integer> groupsGiven = new ArrayList<>();
    int turn = 0;
    for (Inventory.Device device : inventory.devices()) {
      if (device.iommuGroup() < 0 || !groupsGiven.contains(device.iommuGroup())) {
        plan.add(new Operation.AssignDevice(IO.get(turn % IO.size()), device.address()));
        groupsGiven.add(device.iommuGroup());
        turn++;
      }
    }
    create(plan, LOAD, PartitionKind.GUEST, Limits.NONE);
    for (int i = 1; i <= options.guests(); i++) {
      create(plan, guest(i), PartitionKind.GUEST, new Limits(2 * options.guestPages(), 64));
      allocate(plan, guest(i), options.guestPages(), cells);
      if (i <= inventory.processors().size()) {
        plan.add(
            new Operation.AssignProcessor(guest(i), inventory.processors().get(i - 1).number()));
      }
      plan.add(new Operation.StartPartition(guest(i)));
    }
    return plan;
  }

  private static void create(List<Operation> plan, String name, PartitionKind kind, Limits limits) {
    plan.add(new Operation.CreatePartition(name, kind, limits));
  }

  private static void allocate(List<Operation> plan, String name, long pages, List<Integer> cells) {
    Tier tier = pages % 1024 == 0 ? Tier.M : Tier.K;
    plan.add(new Operation.AllocatePages(name, pages, tier, cells, 0, Rights.ALL));
  }
}
