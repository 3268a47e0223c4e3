package org.ultravisor.raft.replica;

import java.util.List;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.ultravisor.ledger.core.Outcome;

/**
 * An applied entry's answers on their way to whoever waits for them. That is always this process
 * (group commit submits in-process), so they stay objects and have no bytes.
 */
record Outcomes(List<Outcome> list) implements Message {
  @Override
  public ByteString getContent() {
    return ByteString.EMPTY;
  }
}
