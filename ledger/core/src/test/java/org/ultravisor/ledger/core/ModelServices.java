package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Random operations on services, promises and policies, and on what is taken out. */
final class ModelServices {
  private static final List<String> SERVICES = List.of("s1", "s2", "s3");
  static final List<String> POLICIES = List.of("p1", "p2");
  private static final List<Integer> CLASSES = List.of(-1, -1, -1, 0x020000, 0x020001, 0x010802);

  private final ModelChoices choose;
  private final NaiveState model;

  ModelServices(ModelChoices choose) {
    this.choose = choose;
    this.model = choose.model;
  }

  @Nullable Operation draw(List<String> addresses) {
    return switch (choose.random.nextInt(10)) {
      case 0, 1 -> putService();
      case 2, 3 -> promise();
      case 4, 5 -> withdraw();
      case 6 -> new Operation.DeleteService(choose.one(SERVICES));
      case 7 ->
          choose.oneIn(2)
              ? new Operation.PutPolicy(choose.one(POLICIES), "v" + choose.random.nextInt(9))
              : new Operation.DeletePolicy(choose.one(POLICIES));
      case 8 -> new Operation.RemoveProcessor(choose.random.nextInt(6));
      default -> new Operation.RemoveDevice(choose.one(addresses));
    };
  }

  private Operation putService() {
    List<String> servers = new ArrayList<>();
    for (int i = choose.random.nextInt(2); i >= 0; i--) {
      String name =
          choose.oneIn(15) ? choose.name() : choose.name(each -> each.kind() == PartitionKind.IO);
      if (!servers.contains(name)) {
        servers.add(name);
      }
    }
    return new Operation.PutService(choose.one(SERVICES), choose.one(CLASSES), servers);
  }

  /** Most often to who shares a channel with a server, so that it can be kept. */
  private Operation promise() {
    NaiveChannels.Channel channel = choose.oneIn(6) ? null : choose.maybe(model.channels.copy());
    NaivePartition client = channel == null ? null : model.partitions.get(channel.client());
    return new Operation.PromiseService(
        client == null ? choose.name() : client.name(), choose.one(SERVICES));
  }

  private Operation withdraw() {
    NaiveServices.Promise promise = choose.maybe(model.promises.copy());
    if (promise == null || choose.oneIn(10)) {
      return new Operation.WithdrawService(choose.name(), choose.one(SERVICES));
    }
    return new Operation.WithdrawService(
        model.partitions.require(promise.partition()).name(),
        model.services.require(promise.service()).name());
  }
}
