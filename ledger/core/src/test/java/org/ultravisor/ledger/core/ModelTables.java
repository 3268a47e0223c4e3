package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** Compares what is not pages: channels, services, promises, policies, holdings, reservations. */
final class ModelTables {
  private final NaiveState model;
  private final LedgerQueries queries;

  ModelTables(NaiveState model, LedgerQueries queries) {
    this.model = model;
    this.queries = queries;
  }

  void compare() {
    channels();
    services();
    holdings();
  }

  private void services() {
    assertEquals(model.services.size(), queries.services().size(), "services");
    for (ServiceInfo info : queries.services()) {
      assertEquals(
          model.services.require(info.service()),
          new NaiveServices.Service(
              info.service(), info.name(), info.deviceClass(), info.servers()));
    }
    assertEquals(model.promises.size(), queries.promises().size(), "promises");
    for (PromiseInfo info : queries.promises()) {
      NaiveServices.Promise promise = new NaiveServices.Promise(info.partition(), info.service());
      assertEquals(model.promises.get(promise.toString()), promise);
    }
    assertEquals(model.policies.size(), queries.policies().size(), "policies");
    for (PolicyInfo info : queries.policies()) {
      assertEquals(
          model.policies.require(info.name()),
          new NaiveServices.Policy(info.policy(), info.version(), info.document()));
    }
  }

  private void channels() {
    assertEquals(model.channels.size(), queries.channels().size(), "channels");
    for (ChannelInfo info : queries.channels()) {
      assertEquals(
          model.channels.require(info.channel()),
          new NaiveChannels.Channel(
              info.channel(), info.name(), info.server(), info.client(), info.state()));
    }
  }

  private void holdings() {
    assertEquals(model.processors.size(), queries.processors().size(), "processors");
    for (ProcessorInfo info : queries.processors()) {
      assertEquals(
          model.processors.require(info.processor()),
          new NaiveState.Processor(info.cell(), info.partition(), info.reservation()),
          () -> "processor " + info.processor());
    }
    assertEquals(model.devices.size(), queries.devices().size(), "devices");
    for (DeviceInfo info : queries.devices()) {
      assertEquals(
          model.devices.require(info.address()),
          new NaiveState.Device(
              info.deviceClass(), info.iommuGroup(), info.partition(), info.reservation()),
          info::address);
    }
    assertEquals(model.reservations.size(), queries.reservations().size(), "reservations");
    for (ReservationInfo info : queries.reservations()) {
      List<Long> frames =
          info.ranges().stream().flatMap(range -> NaivePages.frames(range).stream()).toList();
      assertEquals(
          model.reservations.require(info.reservation()),
          new NaiveReservation(
              info.reservation(),
              info.name(),
              info.partition(),
              info.tier(),
              frames,
              info.processors(),
              info.addresses(),
              info.deadline()));
    }
  }
}
