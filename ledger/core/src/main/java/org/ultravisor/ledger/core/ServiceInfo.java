package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What I/O partitions offer to others, each of them by itself.
 *
 * @param deviceClass 24 bits; a server needs a device of this class, or of its base and sub-class
 *     where the last 8 bits are 0; -1 if it needs none
 * @param servers numbers of I/O partitions, in the order in which they were named
 */
public record ServiceInfo(long service, String name, int deviceClass, List<Integer> servers) {
  public static final int ANY_DEVICE = -1;

  public ServiceInfo {
    servers = List.copyOf(servers);
  }

  /** Without a server that is gone. */
  ServiceInfo without(int server) {
    List<Integer> left = new ArrayList<>(servers);
    left.remove(Integer.valueOf(server));
    return new ServiceInfo(service, name, deviceClass, left);
  }

  /** Whether a device of this class will do. */
  boolean accepts(int otherClass) {
    return (deviceClass & 0xff) == 0
        ? deviceClass >>> 8 == otherClass >>> 8
        : deviceClass == otherClass;
  }
}
