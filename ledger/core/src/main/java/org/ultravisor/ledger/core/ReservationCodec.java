package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Tier;

/** The value of a reservation's record, in the order of {@link Tables}. */
final class ReservationCodec implements RecordCodec<ReservationInfo> {
  @Override
  public void write(ReservationInfo value, RecordWriter out) {
    out.text(value.name())
        .i32(value.partition())
        .i64(value.frameCount())
        .text(value.tier().name())
        .i64(value.deadline())
        .i32(value.ranges().size());
    for (PageRange range : value.ranges()) {
      out.i64(range.firstFrame()).i64(range.frameCount());
    }
    out.i32(value.processors().size());
    value.processors().forEach(out::i32);
    out.i32(value.addresses().size());
    for (String address : value.addresses()) {
      out.i64(DeviceAddress.number(address));
    }
  }

  @Override
  public ReservationInfo read(long key, RecordReader in) {
    String name = in.text();
    int partition = in.i32();
    long frameCount = in.i64();
    Tier tier = Tier.valueOf(in.text());
    long deadline = in.i64();
    List<PageRange> ranges = new ArrayList<>();
    for (int left = in.i32(); left > 0; left--) {
      ranges.add(new PageRange(in.i64(), in.i64()));
    }
    List<Integer> processors = new ArrayList<>();
    for (int left = in.i32(); left > 0; left--) {
      processors.add(in.i32());
    }
    List<String> addresses = new ArrayList<>();
    for (int left = in.i32(); left > 0; left--) {
      addresses.add(DeviceAddress.text(in.i64()));
    }
    return new ReservationInfo(
        key, name, partition, frameCount, tier, ranges, processors, addresses, deadline);
  }
}
