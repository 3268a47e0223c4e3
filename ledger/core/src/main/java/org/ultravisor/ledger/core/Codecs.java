package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** The values of the tables, byte by byte, in the order of {@link Tables}. */
final class Codecs {
  private Codecs() {}

  static final RecordCodec<MemoryRegionInfo> REGIONS =
      codec(
          (value, out) ->
              out.i64(value.range().frameCount()).i32(value.cell()).text(value.type().name()),
          (key, in) ->
              new MemoryRegionInfo(
                  new PageRange(key, in.i64()), in.i32(), MemoryType.valueOf(in.text())));

  static final RecordCodec<PartitionDescriptor> PARTITIONS =
      codec(Codecs::writePartition, Codecs::readPartition);

  /** Of tables whose values are one number. */
  static final RecordCodec<Long> NUMBERS =
      codec((value, out) -> out.i64(value), (key, in) -> in.i64());

  static final RecordCodec<RevocationInfo> REVOCATIONS =
      codec(Codecs::writeRevocation, Codecs::readRevocation);

  static final RecordCodec<ProcessorInfo> PROCESSORS =
      codec(
          (value, out) -> out.i32(value.cell()).i32(value.partition()).i64(value.reservation()),
          (key, in) -> new ProcessorInfo((int) key, in.i32(), in.i32(), in.i64()));

  static final RecordCodec<DeviceInfo> DEVICES =
      codec(
          (value, out) ->
              out.i32(value.deviceClass())
                  .i32(value.iommuGroup())
                  .i32(value.cell())
                  .i32(value.partition())
                  .i64(value.reservation()),
          (key, in) ->
              new DeviceInfo(
                  DeviceAddress.text(key), in.i32(), in.i32(), in.i32(), in.i32(), in.i64()));

  static final RecordCodec<HostInfo> HOSTS =
      codec(
          (value, out) -> out.text(value.host()).i64(value.incarnation()).i64(value.nonce()),
          (key, in) -> new HostInfo(in.text(), (int) key, in.i64(), in.i64()));

  static final RecordCodec<MonitorInfo> MONITORS =
      codec(
          (value, out) ->
              out.text(value.host())
                  .i64(value.incarnation())
                  .i64(value.nonce())
                  .i64(value.attachedAt())
                  .i64(value.acknowledged()),
          (key, in) ->
              new MonitorInfo((int) key, in.text(), in.i64(), in.i64(), in.i64(), in.i64()));

  static final RecordCodec<ReplicaInfo> REPLICAS =
      codec(
          (value, out) -> out.text(value.replica()).i64(value.incarnation()).i64(value.nonce()),
          (key, in) -> new ReplicaInfo(in.text(), in.i64(), in.i64()));

  static final RecordCodec<SessionInfo> SESSIONS = codec(Codecs::writeSession, Codecs::readSession);

  static final RecordCodec<Answer> ANSWERS =
      codec(
          (value, out) -> out.i64(value.requestId()).i64(value.sequence()).i64(value.fingerprint()),
          (key, in) -> new Answer(in.i64(), in.i64(), in.i64()));

  private static void writePartition(PartitionDescriptor value, RecordWriter out) {
    out.text(value.name())
        .text(value.kind().name())
        .text(value.state().name())
        .i64(value.limits().pages())
        .i32(value.limits().processors())
        .u16(value.labels().size());
    value.labels().forEach((label, text) -> out.text(label).text(text));
  }

  private static PartitionDescriptor readPartition(long key, RecordReader in) {
    String name = in.text();
    PartitionKind kind = PartitionKind.valueOf(in.text());
    PartitionState state = PartitionState.valueOf(in.text());
    Limits limits = new Limits(in.i64(), in.i32());
    SortedMap<String, String> labels = new TreeMap<>();
    for (int left = in.u16(); left > 0; left--) {
      labels.put(in.text(), in.text());
    }
    return new PartitionDescriptor(
        (int) key, name, kind, state, limits, Collections.unmodifiableSortedMap(labels));
  }

  /** The owner comes last and only if it is not local, as in records that have no owner yet. */
  private static void writeSession(SessionInfo value, RecordWriter out) {
    out.i64(value.nonce())
        .i64(value.lowestUnanswered())
        .i64(value.lastSequence())
        .i64(value.lastTime());
    if (!value.owner().equals(Principal.LOCAL.name())) {
      out.text(value.owner());
    }
  }

  private static SessionInfo readSession(long key, RecordReader in) {
    SessionInfo local =
        new SessionInfo(key, Principal.LOCAL.name(), in.i64(), in.i64(), in.i64(), in.i64());
    return in.more() ? local.ownedBy(in.text()) : local;
  }

  private static void writeRevocation(RevocationInfo value, RecordWriter out) {
    out.i32(value.partition())
        .i64(value.range().firstFrame())
        .i64(value.range().frameCount())
        .i64(value.guestFrame())
        .i64(value.revokedAt())
        .u8(value.scrub() ? 1 : 0);
    switch (value.end()) {
      case EndState.Available() -> out.u8(0);
      case EndState.Owned(int to, long guest, Rights rights) ->
          out.u8(1).i32(to).i64(guest).u8(rights.bits());
      case EndState.Poisoned() -> out.u8(2);
      case EndState.Lent() -> out.u8(3);
      case EndState.Returned() -> out.u8(4);
      case EndState.Protected(Rights rights) -> out.u8(5).u8(rights.bits());
    }
    out.u16(value.awaited().size());
    for (long incarnation : value.awaited()) {
      out.i64(incarnation);
    }
  }

  private static RevocationInfo readRevocation(long key, RecordReader in) {
    int partition = in.i32();
    PageRange range = new PageRange(in.i64(), in.i64());
    long guestFrame = in.i64();
    long revokedAt = in.i64();
    boolean scrub = in.u8() == 1;
    EndState end =
        switch (in.u8()) {
          case 0 -> EndState.AVAILABLE;
          case 1 -> new EndState.Owned(in.i32(), in.i64(), new Rights(in.u8()));
          case 2 -> EndState.POISONED;
          case 3 -> EndState.LENT;
          case 4 -> EndState.RETURNED;
          case 5 -> new EndState.Protected(new Rights(in.u8()));
          default -> throw new IllegalStateException("unknown end of revocation " + key);
        };
    List<Long> awaited = new ArrayList<>();
    for (int left = in.u16(); left > 0; left--) {
      awaited.add(in.i64());
    }
    return new RevocationInfo(key, partition, range, guestFrame, revokedAt, awaited, scrub, end);
  }

  private interface Write<V> {
    void write(V value, RecordWriter out);
  }

  private interface Read<V> {
    V read(long key, RecordReader in);
  }

  private static <V> RecordCodec<V> codec(Write<V> write, Read<V> read) {
    return new RecordCodec<>() {
      @Override
      public void write(V value, RecordWriter out) {
        write.write(value, out);
      }

      @Override
      public V read(long key, RecordReader in) {
        return read.read(key, in);
      }
    };
  }
}
