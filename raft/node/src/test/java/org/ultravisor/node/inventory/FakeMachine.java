package org.ultravisor.node.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a small tree of /proc and /sys files, as a kernel would show them. */
final class FakeMachine {
  final Path root;

  FakeMachine(Path root) {
    this.root = root;
  }

  FakeMachine file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.resolve("..").normalize());
    Files.writeString(file, text);
    return this;
  }

  FakeMachine directory(String path) throws IOException {
    Files.createDirectories(root.resolve(path));
    return this;
  }

  FakeMachine link(String path, String target) throws IOException {
    Path link = root.resolve(path);
    Files.createDirectories(link.resolve("..").normalize());
    Files.createSymbolicLink(link, Path.of(target));
    return this;
  }

  FakeMachine device(String address, String deviceClass, String numaNode) throws IOException {
    String folder = "sys/bus/pci/devices/" + address;
    return file(folder + "/class", deviceClass + "\n").file(folder + "/numa_node", numaNode + "\n");
  }

  Inventory read() throws IOException {
    return new InventoryReader(root).read();
  }
}
