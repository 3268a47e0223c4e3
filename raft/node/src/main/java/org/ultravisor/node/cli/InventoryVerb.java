package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ultravisor.node.inventory.BootLog;
import org.ultravisor.node.inventory.Inventory;
import org.ultravisor.node.inventory.InventoryReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What this machine has, as the demo would install it. */
@Command(
    name = "inventory",
    description = "Show this machine's memory, cells, processors and PCI devices.",
    mixinStandardHelpOptions = true)
final class InventoryVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Option(
      names = "--root",
      paramLabel = "DIRECTORY",
      description = "Read proc/ and sys/ below this directory (default: ${DEFAULT-VALUE}).")
  private Path root = Path.of("/");

  @Option(
      names = "--boot-log",
      paramLabel = "FILE",
      description = "Read the memory of another machine from its kernel's boot log (dmesg).")
  private @Nullable Path bootLog;

  @Override
  public Integer call() throws IOException {
    Inventory inventory =
        bootLog == null ? new InventoryReader(root).read() : new BootLog(bootLog).read();
    if (output.json()) {
      output.printJson(toJson(inventory));
      return ExitCode.OK;
    }
    inventory.notes().forEach(note -> output.err().println("note: " + note));
    Table memory = new Table("MEMORY", "FRAMES", "SIZE", "CELL", "TYPE");
    for (Inventory.Memory m : inventory.memory()) {
      memory.row(
          Units.address(m.range().firstFrame()),
          m.range().frameCount(),
          Units.pages(m.range().frameCount()),
          m.cell(),
          m.type());
    }
    output.print(memory);
    Table devices = new Table("DEVICE", "CLASS", "IOMMU GROUP", "CELL");
    for (Inventory.Device d : inventory.devices()) {
      devices.row(
          d.address(),
          "%06x".formatted(d.deviceClass()),
          d.iommuGroup() < 0 ? "none" : d.iommuGroup(),
          d.cell());
    }
    output.print("\n" + devices);
    output.print(
        "%nIn all %s in %d pages, %d processors, %d devices, cells %s; addresses from %s."
            .formatted(
                Units.pages(inventory.pages()),
                inventory.pages(),
                inventory.processors().size(),
                inventory.devices().size(),
                inventory.cells(),
                inventory.source()));
    return ExitCode.OK;
  }

  private static ObjectNode toJson(Inventory inventory) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("source", inventory.source());
    root.put("synthetic", inventory.synthetic());
    root.put("pages", inventory.pages());
    ArrayNode memory = root.putArray("memory");
    for (Inventory.Memory m : inventory.memory()) {
      memory
          .addObject()
          .put("firstFrame", m.range().firstFrame())
          .put("frameCount", m.range().frameCount())
          .put("cell", m.cell())
          .put("type", m.type().name());
    }
    ArrayNode processors = root.putArray("processors");
    inventory
        .processors()
        .forEach(p -> processors.addObject().put("processor", p.number()).put("cell", p.cell()));
    ArrayNode devices = root.putArray("devices");
    for (Inventory.Device d : inventory.devices()) {
      devices
          .addObject()
          .put("address", d.address())
          .put("deviceClass", d.deviceClass())
          .put("iommuGroup", d.iommuGroup())
          .put("cell", d.cell());
    }
    ArrayNode notes = root.putArray("notes");
    inventory.notes().forEach(notes::add);
    return root;
  }
}
