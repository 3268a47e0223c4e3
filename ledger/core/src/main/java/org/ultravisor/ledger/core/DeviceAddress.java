package org.ultravisor.ledger.core;

/** A PCI address as a number, so that equal addresses are equal however many zeros they lead. */
final class DeviceAddress {
  private DeviceAddress() {}

  /** Of an address that {@link Shape#deviceAddress} passed: domain:bus:device.function. */
  static long number(String address) {
    int bus = address.indexOf(':') + 1;
    long domain = Long.parseLong(address, 0, bus - 1, 16);
    long busNumber = Long.parseLong(address, bus, bus + 2, 16);
    long device = Long.parseLong(address, bus + 3, bus + 5, 16);
    long function = Long.parseLong(address, bus + 6, bus + 7, 16);
    return domain << 16 | busNumber << 8 | device << 3 | function;
  }

  static String text(long number) {
    return "%04x:%02x:%02x.%x"
        .formatted(number >>> 16, number >>> 8 & 0xff, number >>> 3 & 0x1f, number & 7);
  }
}
