package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.LongMapView;

/** What a path is: the one place that knows, for those who ask and for those who refuse. */
final class Paths {
  private Paths() {}

  /**
   * What keeps a server from being a path of a partition to a service; null if it is one.
   *
   * @param devices at least those that the server has
   * @param channels at least those of the partition
   */
  static @Nullable String missing(
      int partition,
      ServiceInfo service,
      PartitionDescriptor server,
      Iterable<DeviceInfo> devices,
      Iterable<ChannelInfo> channels) {
    if (server.state() != PartitionState.RUNNING) {
      return "is " + server.state();
    }
    if (service.deviceClass() != ServiceInfo.ANY_DEVICE
        && !hasDevice(server.id(), service, devices)) {
      return "has no device of class %06x".formatted(service.deviceClass());
    }
    for (ChannelInfo channel : channels) {
      if (!channel.isClosing()
          && channel.server() == server.id()
          && channel.client() == partition) {
        return null;
      }
    }
    return "shares no channel";
  }

  private static boolean hasDevice(int server, ServiceInfo service, Iterable<DeviceInfo> devices) {
    for (DeviceInfo device : devices) {
      if (device.isAssignedTo(server) && service.accepts(device.deviceClass())) {
        return true;
      }
    }
    return false;
  }

  /** The servers of all services that a partition was promised. */
  static List<PathInfo> of(Queries.Views views, int partition) {
    List<PathInfo> paths = new ArrayList<>();
    List<DeviceInfo> devices = all(views.devices());
    List<ChannelInfo> channels = all(views.channels());
    for (PromiseInfo promise : all(views.promises())) {
      if (promise.partition() == partition) {
        ServiceInfo service = required(views.services(), promise.service());
        if (service.servers().isEmpty()) {
          paths.add(new PathInfo(service.name(), "", "the service has no server"));
        }
        for (int number : service.servers()) {
          PartitionDescriptor server = required(views.partitions(), number);
          String missing = missing(partition, service, server, devices, channels);
          paths.add(new PathInfo(service.name(), server.name(), missing));
        }
      }
    }
    return paths;
  }

  private static <V> List<V> all(LongMapView<V> rows) {
    List<V> all = new ArrayList<>(rows.size());
    rows.forEach((key, row) -> all.add(row));
    return all;
  }

  private static <V> V required(LongMapView<V> rows, long key) {
    V row = rows.get(key);
    if (row == null) {
      throw new InvariantViolation("a promise leads to number %d, which is gone".formatted(key));
    }
    return row;
  }
}
