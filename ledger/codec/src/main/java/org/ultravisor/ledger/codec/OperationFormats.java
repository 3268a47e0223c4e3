package org.ultravisor.ledger.codec;

import java.util.List;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Operation.AcknowledgeView;
import org.ultravisor.ledger.core.Operation.ActivateRules;
import org.ultravisor.ledger.core.Operation.AddDevice;
import org.ultravisor.ledger.core.Operation.AddMemory;
import org.ultravisor.ledger.core.Operation.AddProcessor;
import org.ultravisor.ledger.core.Operation.AdministerCluster;
import org.ultravisor.ledger.core.Operation.AllocatePages;
import org.ultravisor.ledger.core.Operation.AnnounceRules;
import org.ultravisor.ledger.core.Operation.AssignDevice;
import org.ultravisor.ledger.core.Operation.AssignPages;
import org.ultravisor.ledger.core.Operation.AssignProcessor;
import org.ultravisor.ledger.core.Operation.AttachHost;
import org.ultravisor.ledger.core.Operation.AttachMonitor;
import org.ultravisor.ledger.core.Operation.AttachReplica;
import org.ultravisor.ledger.core.Operation.Compact;
import org.ultravisor.ledger.core.Operation.CreatePartition;
import org.ultravisor.ledger.core.Operation.DestroyPartition;
import org.ultravisor.ledger.core.Operation.DetachReplica;
import org.ultravisor.ledger.core.Operation.DonatePages;
import org.ultravisor.ledger.core.Operation.FenceMonitor;
import org.ultravisor.ledger.core.Operation.OpenSession;
import org.ultravisor.ledger.core.Operation.PausePartition;
import org.ultravisor.ledger.core.Operation.PoisonPages;
import org.ultravisor.ledger.core.Operation.Post;
import org.ultravisor.ledger.core.Operation.RecordScrub;
import org.ultravisor.ledger.core.Operation.ReleaseDevice;
import org.ultravisor.ledger.core.Operation.ReleasePages;
import org.ultravisor.ledger.core.Operation.ReleaseProcessor;
import org.ultravisor.ledger.core.Operation.RemoveMemory;
import org.ultravisor.ledger.core.Operation.ReportState;
import org.ultravisor.ledger.core.Operation.Reserve;
import org.ultravisor.ledger.core.Operation.ResumePartition;
import org.ultravisor.ledger.core.Operation.SetLimits;
import org.ultravisor.ledger.core.Operation.StartPartition;
import org.ultravisor.ledger.core.Operation.StopPartition;
import org.ultravisor.ledger.core.Operation.Tick;
import org.ultravisor.mapping.Tier;

/** Fields of operations, in the order of the records' components. */
final class OperationFormats {
  private OperationFormats() {}

  static void addTo(Formats to) {
    addInventory(to);
    addPartitions(to);
    addPages(to);
    addReservations(to);
    addProcessorsAndDevices(to);
    addAttachments(to);
  }

  private static void addInventory(Formats to) {
    to.add(
        AddMemory.class,
        (out, v) ->
            out.range(v.range()).number(v.cell()).code(Ids.MEMORY_TYPES, v.type()).flag(v.zeroed()),
        in -> new AddMemory(in.range(), in.integer(), in.code(Ids.MEMORY_TYPES), in.flag()));
    to.add(
        RemoveMemory.class, (out, v) -> out.range(v.range()), in -> new RemoveMemory(in.range()));
    to.add(PoisonPages.class, (out, v) -> out.range(v.range()), in -> new PoisonPages(in.range()));
    to.add(
        AddProcessor.class,
        (out, v) -> out.number(v.processor()).number(v.cell()),
        in -> new AddProcessor(in.integer(), in.integer()));
    to.add(
        AddDevice.class,
        (out, v) ->
            out.text(v.address())
                .number(v.deviceClass())
                .orMinusOne(v.iommuGroup())
                .number(v.cell()),
        in -> {
          String address = in.text();
          AddDevice device =
              new AddDevice(address, in.integer(), Math.toIntExact(in.orMinusOne()), in.integer());
          return in.asWritten(device, address, device.address());
        });
  }

  private static void addPartitions(Formats to) {
    to.add(
        CreatePartition.class,
        (out, v) ->
            out.text(v.partition())
                .code(Ids.PARTITION_KINDS, v.kind())
                .limits(v.limits())
                .labels(v.labels()),
        in ->
            new CreatePartition(in.text(), in.code(Ids.PARTITION_KINDS), in.limits(), in.labels()));
    to.add(
        SetLimits.class,
        (out, v) -> out.text(v.partition()).limits(v.limits()),
        in -> new SetLimits(in.text(), in.limits()));
    to.add(
        StartPartition.class,
        (out, v) -> out.text(v.partition()),
        in -> new StartPartition(in.text()));
    to.add(
        PausePartition.class,
        (out, v) -> out.text(v.partition()),
        in -> new PausePartition(in.text()));
    to.add(
        ResumePartition.class,
        (out, v) -> out.text(v.partition()),
        in -> new ResumePartition(in.text()));
    to.add(
        StopPartition.class,
        (out, v) -> out.text(v.partition()),
        in -> new StopPartition(in.text()));
    to.add(
        DestroyPartition.class,
        (out, v) -> out.text(v.partition()),
        in -> new DestroyPartition(in.text()));
  }

  private static void addPages(Formats to) {
    to.add(
        AssignPages.class,
        (out, v) ->
            out.text(v.partition()).range(v.range()).orMinusOne(v.guestFrame()).rights(v.rights()),
        in -> new AssignPages(in.text(), in.range(), in.orMinusOne(), in.rights()));
    to.add(
        AllocatePages.class,
        (out, v) ->
            out.text(v.partition())
                .number(v.frameCount())
                .code(Ids.TIERS, v.tier())
                .integers(v.cells())
                .orMinusOne(v.guestFrame())
                .rights(v.rights()),
        in ->
            new AllocatePages(
                in.text(),
                in.number(),
                in.code(Ids.TIERS),
                in.integers(),
                in.orMinusOne(),
                in.rights()));
    to.add(
        ReleasePages.class,
        (out, v) -> out.text(v.partition()).range(v.range()),
        in -> new ReleasePages(in.text(), in.range()));
    to.add(
        DonatePages.class,
        (out, v) ->
            out.text(v.from())
                .text(v.to())
                .range(v.range())
                .orMinusOne(v.guestFrame())
                .flag(v.scrub()),
        in -> new DonatePages(in.text(), in.text(), in.range(), in.orMinusOne(), in.flag()));
  }

  private static void addReservations(Formats to) {
    to.add(
        Reserve.class,
        (out, v) ->
            out.text(v.reservation())
                .text(v.partition())
                .number(v.frameCount())
                .code(Ids.TIERS, v.tier())
                .integers(v.cells())
                .integers(v.processors())
                .texts(v.addresses())
                .number(v.timeoutMillis()),
        OperationFormats::reserve);
    to.add(
        Post.class,
        (out, v) -> out.text(v.reservation()).orMinusOne(v.guestFrame()).rights(v.rights()),
        in -> new Post(in.text(), in.orMinusOne(), in.rights()));
    to.add(
        Operation.Void.class,
        (out, v) -> out.text(v.reservation()),
        in -> new Operation.Void(in.text()));
    to.add(Tick.class, (out, v) -> {}, in -> new Tick());
  }

  private static void addProcessorsAndDevices(Formats to) {
    to.add(
        AssignProcessor.class,
        (out, v) -> out.text(v.partition()).number(v.processor()),
        in -> new AssignProcessor(in.text(), in.integer()));
    to.add(
        ReleaseProcessor.class,
        (out, v) -> out.text(v.partition()).number(v.processor()),
        in -> new ReleaseProcessor(in.text(), in.integer()));
    to.add(
        AssignDevice.class,
        (out, v) -> out.text(v.partition()).text(v.address()),
        in -> {
          String partition = in.text();
          String address = in.text();
          AssignDevice device = new AssignDevice(partition, address);
          return in.asWritten(device, address, device.address());
        });
    to.add(
        ReleaseDevice.class,
        (out, v) -> out.text(v.partition()).text(v.address()),
        in -> {
          String partition = in.text();
          String address = in.text();
          ReleaseDevice device = new ReleaseDevice(partition, address);
          return in.asWritten(device, address, device.address());
        });
  }

  private static void addAttachments(Formats to) {
    to.add(OpenSession.class, (out, v) -> out.fixed(v.nonce()), in -> new OpenSession(in.fixed()));
    to.add(
        AttachReplica.class,
        (out, v) -> out.text(v.replica()).fixed(v.nonce()),
        in -> new AttachReplica(in.text(), in.fixed()));
    to.add(
        AttachHost.class,
        (out, v) -> out.text(v.host()).number(v.window()).fixed(v.nonce()),
        in -> new AttachHost(in.text(), in.integer(), in.fixed()));
    to.add(
        AttachMonitor.class,
        (out, v) -> out.text(v.partition()).text(v.host()).fixed(v.nonce()),
        in -> new AttachMonitor(in.text(), in.text(), in.fixed()));
    to.add(
        AcknowledgeView.class,
        (out, v) -> out.text(v.partition()).number(v.incarnation()).number(v.sequence()),
        in -> new AcknowledgeView(in.text(), in.number(), in.number()));
    to.add(
        FenceMonitor.class,
        (out, v) ->
            out.text(v.partition()).number(v.incarnation()).flag(v.evidence()).text(v.reason()),
        in -> new FenceMonitor(in.text(), in.number(), in.flag(), in.text()));
    to.add(
        RecordScrub.class,
        (out, v) -> out.text(v.host()).number(v.incarnation()).number(v.revocation()),
        in -> new RecordScrub(in.text(), in.number(), in.number()));
    to.add(
        ActivateRules.class,
        (out, v) -> out.number(v.version()),
        in -> new ActivateRules(in.integer()));
    to.add(
        AdministerCluster.class,
        (out, v) -> out.text(v.request()),
        in -> new AdministerCluster(in.text()));
    to.add(
        AnnounceRules.class,
        (out, v) -> out.text(v.replica()).number(v.newest()),
        in -> new AnnounceRules(in.text(), in.integer()));
    to.add(
        DetachReplica.class, (out, v) -> out.text(v.replica()), in -> new DetachReplica(in.text()));
    to.add(
        ReportState.class,
        (out, v) ->
            out.text(v.replica()).number(v.sequence()).hash(v.stateHash()).text(v.logRoot()),
        in -> new ReportState(in.text(), in.number(), in.hash(), in.text()));
    to.add(Compact.class, (out, v) -> out.number(v.through()), in -> new Compact(in.number()));
  }

  private static Reserve reserve(Source in) {
    String reservation = in.text();
    String partition = in.text();
    long frameCount = in.number();
    Tier tier = in.code(Ids.TIERS);
    List<Integer> cells = in.integers();
    List<Integer> processors = in.integers();
    List<String> addresses = in.texts();
    Reserve read =
        new Reserve(
            reservation, partition, frameCount, tier, cells, processors, addresses, in.number());
    in.asWritten(read, processors, read.processors());
    return in.asWritten(read, addresses, read.addresses());
  }
}
