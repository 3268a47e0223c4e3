package org.ultravisor.raft.replica;

import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.ultravisor.ledger.codec.Entry;

/**
 * An entry on its way into the log: the bytes that every replica gets, and what they say. The
 * leader, which has checked each transaction before, applies the latter and decodes nothing again.
 */
final class ProposedEntry implements Message {
  private final ByteString content;
  private final Entry entry;

  /**
   * @param bytes of this entry; nobody may change them any more
   */
  ProposedEntry(byte[] bytes, Entry entry) {
    this.content = UnsafeByteOperations.unsafeWrap(bytes);
    this.entry = entry;
  }

  @Override
  public ByteString getContent() {
    return content;
  }

  Entry entry() {
    return entry;
  }
}
