package org.ultravisor.ledger.codec;

import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event.DeviceAdded;
import org.ultravisor.ledger.core.Event.DevicesAssigned;
import org.ultravisor.ledger.core.Event.DevicesReleased;
import org.ultravisor.ledger.core.Event.HistoryCompacted;
import org.ultravisor.ledger.core.Event.HostAttached;
import org.ultravisor.ledger.core.Event.LimitsSet;
import org.ultravisor.ledger.core.Event.MemoryAdded;
import org.ultravisor.ledger.core.Event.MemoryRemoved;
import org.ultravisor.ledger.core.Event.MonitorAttached;
import org.ultravisor.ledger.core.Event.MonitorFenced;
import org.ultravisor.ledger.core.Event.PagesAssigned;
import org.ultravisor.ledger.core.Event.PagesRevoked;
import org.ultravisor.ledger.core.Event.PartitionCreated;
import org.ultravisor.ledger.core.Event.PartitionStateChanged;
import org.ultravisor.ledger.core.Event.Posted;
import org.ultravisor.ledger.core.Event.ProcessorAdded;
import org.ultravisor.ledger.core.Event.ProcessorAssigned;
import org.ultravisor.ledger.core.Event.ProcessorReleased;
import org.ultravisor.ledger.core.Event.ReplicaAttached;
import org.ultravisor.ledger.core.Event.ReplicaDetached;
import org.ultravisor.ledger.core.Event.ReservationExpired;
import org.ultravisor.ledger.core.Event.ReservationReduced;
import org.ultravisor.ledger.core.Event.ReservationVoided;
import org.ultravisor.ledger.core.Event.Reserved;
import org.ultravisor.ledger.core.Event.RevocationAcknowledged;
import org.ultravisor.ledger.core.Event.RevocationCompleted;
import org.ultravisor.ledger.core.Event.RevocationRedirected;
import org.ultravisor.ledger.core.Event.RevocationScrubbed;
import org.ultravisor.ledger.core.Event.RevocationSplit;
import org.ultravisor.ledger.core.Event.RevocationSuperseded;
import org.ultravisor.ledger.core.Event.RulesActivated;
import org.ultravisor.ledger.core.Event.RulesAnnounced;
import org.ultravisor.ledger.core.Event.SessionExpired;
import org.ultravisor.ledger.core.Event.SessionOpened;
import org.ultravisor.ledger.core.Event.SessionOwned;
import org.ultravisor.ledger.core.Event.StateReported;
import org.ultravisor.ledger.core.Event.ViewAcknowledged;

/** Fields of events, in the order of the records' components. */
final class EventFormats {
  private EventFormats() {}

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
        MemoryAdded.class,
        (out, v) ->
            out.range(v.range()).number(v.cell()).code(Ids.MEMORY_TYPES, v.type()).flag(v.zeroed()),
        in -> new MemoryAdded(in.range(), in.integer(), in.code(Ids.MEMORY_TYPES), in.flag()));
    to.add(
        MemoryRemoved.class, (out, v) -> out.range(v.range()), in -> new MemoryRemoved(in.range()));
    to.add(
        ProcessorAdded.class,
        (out, v) -> out.number(v.processor()).number(v.cell()),
        in -> new ProcessorAdded(in.integer(), in.integer()));
    to.add(
        DeviceAdded.class,
        (out, v) ->
            out.text(v.address())
                .number(v.deviceClass())
                .orMinusOne(v.iommuGroup())
                .number(v.cell()),
        in ->
            new DeviceAdded(
                in.text(), in.integer(), Math.toIntExact(in.orMinusOne()), in.integer()));
  }

  private static void addPartitions(Formats to) {
    to.add(
        PartitionCreated.class,
        (out, v) ->
            out.number(v.partition())
                .text(v.name())
                .code(Ids.PARTITION_KINDS, v.kind())
                .limits(v.limits())
                .labels(v.labels()),
        in ->
            new PartitionCreated(
                in.integer(), in.text(), in.code(Ids.PARTITION_KINDS), in.limits(), in.labels()));
    to.add(
        LimitsSet.class,
        (out, v) -> out.number(v.partition()).limits(v.limits()),
        in -> new LimitsSet(in.integer(), in.limits()));
    to.add(
        PartitionStateChanged.class,
        (out, v) -> out.number(v.partition()).code(Ids.PARTITION_STATES, v.state()),
        in -> new PartitionStateChanged(in.integer(), in.code(Ids.PARTITION_STATES)));
  }

  private static void addPages(Formats to) {
    to.add(
        PagesAssigned.class,
        (out, v) ->
            out.number(v.partition())
                .range(v.range())
                .orMinusOne(v.guestFrame())
                .rights(v.rights()),
        in -> new PagesAssigned(in.integer(), in.range(), in.orMinusOne(), in.rights()));
    to.add(
        PagesRevoked.class,
        (out, v) ->
            out.number(v.revocation())
                .number(v.partition())
                .range(v.range())
                .orMinusOne(v.guestFrame())
                .numbers(v.awaited())
                .flag(v.scrub())
                .one(v.end()),
        in ->
            new PagesRevoked(
                in.number(),
                in.integer(),
                in.range(),
                in.orMinusOne(),
                in.numbers(),
                in.flag(),
                in.one(EndState.class)));
    to.add(
        RevocationAcknowledged.class,
        (out, v) -> out.number(v.revocation()).number(v.monitorIncarnation()).flag(v.fenced()),
        in -> new RevocationAcknowledged(in.number(), in.number(), in.flag()));
    to.add(
        RevocationScrubbed.class,
        (out, v) -> out.number(v.revocation()).number(v.hostIncarnation()),
        in -> new RevocationScrubbed(in.number(), in.number()));
    to.add(
        RevocationSplit.class,
        (out, v) -> out.number(v.revocation()).number(v.at()).number(v.tail()),
        in -> new RevocationSplit(in.number(), in.number(), in.number()));
    to.add(
        RevocationRedirected.class,
        (out, v) -> out.number(v.revocation()).one(v.end()).flag(v.scrub()),
        in -> new RevocationRedirected(in.number(), in.one(EndState.class), in.flag()));
    to.add(
        RevocationSuperseded.class,
        (out, v) -> out.number(v.revocation()),
        in -> new RevocationSuperseded(in.number()));
    to.add(
        RevocationCompleted.class,
        (out, v) -> out.number(v.revocation()).one(v.end()),
        in -> new RevocationCompleted(in.number(), in.one(EndState.class)));
  }

  private static void addReservations(Formats to) {
    to.add(
        Reserved.class,
        (out, v) ->
            out.number(v.reservation())
                .text(v.name())
                .number(v.partition())
                .code(Ids.TIERS, v.tier())
                .ranges(v.ranges())
                .integers(v.processors())
                .texts(v.addresses())
                .number(v.deadline()),
        in ->
            new Reserved(
                in.number(),
                in.text(),
                in.integer(),
                in.code(Ids.TIERS),
                in.ranges(),
                in.integers(),
                in.texts(),
                in.number()));
    to.add(
        Posted.class,
        (out, v) ->
            out.number(v.reservation())
                .number(v.partition())
                .ranges(v.ranges())
                .orMinusOne(v.guestFrame())
                .rights(v.rights()),
        in -> new Posted(in.number(), in.integer(), in.ranges(), in.orMinusOne(), in.rights()));
    to.add(
        ReservationVoided.class,
        (out, v) -> out.number(v.reservation()),
        in -> new ReservationVoided(in.number()));
    to.add(
        ReservationExpired.class,
        (out, v) -> out.number(v.reservation()),
        in -> new ReservationExpired(in.number()));
    to.add(
        ReservationReduced.class,
        (out, v) -> out.number(v.reservation()).range(v.range()),
        in -> new ReservationReduced(in.number(), in.range()));
  }

  private static void addProcessorsAndDevices(Formats to) {
    to.add(
        ProcessorAssigned.class,
        (out, v) -> out.number(v.partition()).number(v.processor()),
        in -> new ProcessorAssigned(in.integer(), in.integer()));
    to.add(
        ProcessorReleased.class,
        (out, v) -> out.number(v.partition()).number(v.processor()),
        in -> new ProcessorReleased(in.integer(), in.integer()));
    to.add(
        DevicesAssigned.class,
        (out, v) -> out.number(v.partition()).texts(v.addresses()),
        in -> new DevicesAssigned(in.integer(), in.texts()));
    to.add(
        DevicesReleased.class,
        (out, v) -> out.number(v.partition()).texts(v.addresses()),
        in -> new DevicesReleased(in.integer(), in.texts()));
  }

  private static void addAttachments(Formats to) {
    to.add(
        SessionOpened.class,
        (out, v) -> out.number(v.session()).fixed(v.nonce()),
        in -> new SessionOpened(in.number(), in.fixed()));
    to.add(
        SessionOwned.class,
        (out, v) -> out.number(v.session()).text(v.owner()),
        in -> new SessionOwned(in.number(), in.text()));
    to.add(
        SessionExpired.class,
        (out, v) -> out.number(v.session()),
        in -> new SessionExpired(in.number()));
    to.add(
        ReplicaAttached.class,
        (out, v) -> out.text(v.replica()).number(v.incarnation()).fixed(v.nonce()),
        in -> new ReplicaAttached(in.text(), in.number(), in.fixed()));
    to.add(
        HostAttached.class,
        (out, v) -> out.text(v.host()).number(v.window()).number(v.incarnation()).fixed(v.nonce()),
        in -> new HostAttached(in.text(), in.integer(), in.number(), in.fixed()));
    to.add(
        MonitorAttached.class,
        (out, v) ->
            out.number(v.partition()).text(v.host()).number(v.incarnation()).fixed(v.nonce()),
        in -> new MonitorAttached(in.integer(), in.text(), in.number(), in.fixed()));
    to.add(
        ViewAcknowledged.class,
        (out, v) -> out.number(v.partition()).number(v.incarnation()).number(v.sequence()),
        in -> new ViewAcknowledged(in.integer(), in.number(), in.number()));
    to.add(
        MonitorFenced.class,
        (out, v) ->
            out.number(v.partition()).number(v.incarnation()).flag(v.evidence()).text(v.reason()),
        in -> new MonitorFenced(in.integer(), in.number(), in.flag(), in.text()));
    to.add(
        RulesActivated.class,
        (out, v) -> out.number(v.version()),
        in -> new RulesActivated(in.integer()));
    to.add(
        RulesAnnounced.class,
        (out, v) -> out.text(v.replica()).number(v.newest()),
        in -> new RulesAnnounced(in.text(), in.integer()));
    to.add(
        ReplicaDetached.class,
        (out, v) -> out.text(v.replica()),
        in -> new ReplicaDetached(in.text()));
    to.add(
        StateReported.class,
        (out, v) ->
            out.text(v.replica()).number(v.sequence()).hash(v.stateHash()).text(v.logRoot()),
        in -> new StateReported(in.text(), in.number(), in.hash(), in.text()));
    to.add(
        HistoryCompacted.class,
        (out, v) -> out.number(v.through()),
        in -> new HistoryCompacted(in.number()));
  }
}
