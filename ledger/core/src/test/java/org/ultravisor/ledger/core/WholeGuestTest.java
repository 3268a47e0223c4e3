package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * A guest comes into being in one transaction: memory in two cells, processors, and two devices,
 * each through an I/O partition of its own and a channel to it. All of it, or nothing.
 */
final class WholeGuestTest {
  private static final PageRange FIRST_RING = new PageRange(0, 16);
  private static final PageRange SECOND_RING = new PageRange(4096, 16);

  private final LedgerFixture fixture = new LedgerFixture();

  @BeforeEach
  void twoCellsProcessorsDevicesAndServers() {
    List<Operation> inventory = new ArrayList<>();
    inventory.add(new Operation.AddMemory(new PageRange(0, 4096), 0, MemoryType.DRAM, true));
    inventory.add(new Operation.AddMemory(new PageRange(4096, 4096), 1, MemoryType.DRAM, true));
    for (int i = 0; i < 4; i++) {
      inventory.add(new Operation.AddProcessor(i, i / 2));
    }
    inventory.add(new Operation.AddDevice("0000:01:00.0", 0x020000, 1, 0));
    inventory.add(new Operation.AddDevice("0000:02:00.0", 0x020000, 2, 1));
    for (String server : List.of("io1", "io2")) {
      inventory.add(new Operation.CreatePartition(server, PartitionKind.IO, Limits.NONE));
      inventory.add(new Operation.StartPartition(server));
    }
    fixture.committed(inventory.toArray(Operation[]::new));
  }

  private static Operation[] guest(String lastDevice) {
    List<Operation> asked = new ArrayList<>();
    asked.add(new Operation.CreatePartition("guest", PartitionKind.GUEST, new Limits(4128, 4)));
    asked.add(new Operation.AssignPages("guest", FIRST_RING, 1 << 20, Rights.READ_WRITE));
    asked.add(new Operation.AssignPages("guest", SECOND_RING, (1 << 20) + 16, Rights.READ_WRITE));
    for (int cell = 0; cell < 2; cell++) {
      asked.add(
          new Operation.AllocatePages(
              "guest", 2048, Tier.M, List.of(cell), Operation.ANY_GUEST_FRAME, Rights.ALL));
    }
    for (int i = 0; i < 4; i++) {
      asked.add(new Operation.AssignProcessor("guest", i));
    }
    asked.add(new Operation.AssignDevice("io1", "0000:01:00.0"));
    asked.add(channel("net-1", "io1", FIRST_RING));
    asked.add(channel("net-2", "io2", SECOND_RING));
    asked.add(new Operation.StartPartition("guest"));
    asked.add(new Operation.AssignDevice("io2", lastDevice));
    return asked.toArray(Operation[]::new);
  }

  private static Operation channel(String name, String server, PageRange ring) {
    return new Operation.OpenChannel(
        name, server, "guest", ring, Operation.ANY_GUEST_FRAME, Rights.READ_WRITE);
  }

  @Test
  void allOfIt() {
    fixture.committed(guest("0000:02:00.0"));
    LedgerQueries queries = fixture.ledger.queries();
    PartitionInfo guest = queries.partition("guest").orElseThrow();
    assertEquals(4128, guest.actualPages());
    assertEquals(4, guest.processors());
    assertEquals(PartitionState.RUNNING, guest.state());
    for (ChannelInfo channel : queries.channels()) {
      assertEquals(ChannelState.OPEN, channel.state());
      assertEquals(guest.id(), channel.client());
    }
    assertEquals(2, queries.channels().size());
    for (String server : List.of("io1", "io2")) {
      PartitionInfo io = queries.partition(server).orElseThrow();
      assertEquals(1, io.devices());
      assertEquals(16, io.borrowedPages());
    }
    fixture.ledger.checkInvariants();
    fixture.replayed().checkInvariants();
  }

  @Test
  void orNothing() {
    LedgerQueries queries = fixture.ledger.queries();
    List<PartitionInfo> partitions = queries.partitions();
    Operation[] asked = guest("0000:03:00.0");
    Outcome.Refused refused = assertInstanceOf(Outcome.Refused.class, fixture.submit(asked));
    assertEquals(Refusal.DEVICE_NOT_FOUND, refused.reason());
    assertEquals(asked.length - 1, refused.operation());
    assertEquals(partitions, queries.partitions());
    assertEquals(List.of(), queries.channels());
    assertEquals(List.of(), queries.loans());
    fixture.ledger.checkInvariants();
    fixture.replayed().checkInvariants();
  }
}
