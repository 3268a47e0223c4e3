package org.ultravisor.ledger.core;

/**
 * Shared memory between an I/O partition and a client: a share of pages that one end owns, of which
 * the loan names the channel.
 *
 * @param server number of the I/O partition
 * @param client number of the partition that it serves
 */
public record ChannelInfo(long channel, String name, int server, int client, ChannelState state) {

  ChannelInfo withState(ChannelState other) {
    return new ChannelInfo(channel, name, server, client, other);
  }

  boolean isClosing() {
    return state == ChannelState.CLOSING;
  }
}
