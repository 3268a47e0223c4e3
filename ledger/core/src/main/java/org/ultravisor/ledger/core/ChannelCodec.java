package org.ultravisor.ledger.core;

import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;

/** The value of a channel's record, in the order of {@link Tables}. */
final class ChannelCodec implements RecordCodec<ChannelInfo> {
  @Override
  public void write(ChannelInfo value, RecordWriter out) {
    out.text(value.name()).i32(value.server()).i32(value.client()).text(value.state().name());
  }

  @Override
  public ChannelInfo read(long key, RecordReader in) {
    return new ChannelInfo(key, in.text(), in.i32(), in.i32(), ChannelState.valueOf(in.text()));
  }
}
