package org.ultravisor.ledger.codec;

import org.ultravisor.ledger.core.Event.DeviceRemoved;
import org.ultravisor.ledger.core.Event.PolicyDeleted;
import org.ultravisor.ledger.core.Event.PolicyPut;
import org.ultravisor.ledger.core.Event.ProcessorRemoved;
import org.ultravisor.ledger.core.Event.ServiceDeleted;
import org.ultravisor.ledger.core.Event.ServicePromised;
import org.ultravisor.ledger.core.Event.ServicePut;
import org.ultravisor.ledger.core.Event.ServiceWithdrawn;
import org.ultravisor.ledger.core.Operation.DeletePolicy;
import org.ultravisor.ledger.core.Operation.DeleteService;
import org.ultravisor.ledger.core.Operation.PromiseService;
import org.ultravisor.ledger.core.Operation.PutPolicy;
import org.ultravisor.ledger.core.Operation.PutService;
import org.ultravisor.ledger.core.Operation.RemoveDevice;
import org.ultravisor.ledger.core.Operation.RemoveProcessor;
import org.ultravisor.ledger.core.Operation.WithdrawService;

/** Fields of what is asked and said of services, policies, and things that are removed. */
final class ServiceFormats {
  private ServiceFormats() {}

  static void addTo(Formats to) {
    addOperations(to);
    addEvents(to);
  }

  private static void addOperations(Formats to) {
    to.add(
        RemoveProcessor.class,
        (out, v) -> out.number(v.processor()),
        in -> new RemoveProcessor(in.integer()));
    to.add(
        RemoveDevice.class,
        (out, v) -> out.text(v.address()),
        in -> {
          String address = in.text();
          RemoveDevice device = new RemoveDevice(address);
          return in.asWritten(device, address, device.address());
        });
    to.add(
        PutPolicy.class,
        (out, v) -> out.text(v.policy()).text(v.document()),
        in -> new PutPolicy(in.text(), in.text()));
    to.add(DeletePolicy.class, (out, v) -> out.text(v.policy()), in -> new DeletePolicy(in.text()));
    to.add(
        PutService.class,
        (out, v) -> out.text(v.service()).orMinusOne(v.deviceClass()).texts(v.servers()),
        in -> new PutService(in.text(), Math.toIntExact(in.orMinusOne()), in.texts()));
    to.add(
        DeleteService.class, (out, v) -> out.text(v.service()), in -> new DeleteService(in.text()));
    to.add(
        PromiseService.class,
        (out, v) -> out.text(v.partition()).text(v.service()),
        in -> new PromiseService(in.text(), in.text()));
    to.add(
        WithdrawService.class,
        (out, v) -> out.text(v.partition()).text(v.service()),
        in -> new WithdrawService(in.text(), in.text()));
  }

  private static void addEvents(Formats to) {
    to.add(
        ProcessorRemoved.class,
        (out, v) -> out.number(v.processor()),
        in -> new ProcessorRemoved(in.integer()));
    to.add(
        DeviceRemoved.class, (out, v) -> out.text(v.address()), in -> new DeviceRemoved(in.text()));
    to.add(
        PolicyPut.class,
        (out, v) -> out.number(v.policy()).text(v.name()).text(v.document()),
        in -> new PolicyPut(in.number(), in.text(), in.text()));
    to.add(
        PolicyDeleted.class,
        (out, v) -> out.number(v.policy()),
        in -> new PolicyDeleted(in.number()));
    to.add(
        ServicePut.class,
        (out, v) ->
            out.number(v.service())
                .text(v.name())
                .orMinusOne(v.deviceClass())
                .integers(v.servers()),
        in ->
            new ServicePut(
                in.number(), in.text(), Math.toIntExact(in.orMinusOne()), in.integers()));
    to.add(
        ServiceDeleted.class,
        (out, v) -> out.number(v.service()),
        in -> new ServiceDeleted(in.number()));
    to.add(
        ServicePromised.class,
        (out, v) -> out.number(v.partition()).number(v.service()),
        in -> new ServicePromised(in.integer(), in.number()));
    to.add(
        ServiceWithdrawn.class,
        (out, v) -> out.number(v.partition()).number(v.service()),
        in -> new ServiceWithdrawn(in.integer(), in.number()));
  }
}
