package org.ultravisor.ledger.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** Channels are opened and closed, and follow the life of their ends. */
final class NaiveChannels {
  /** A channel between two partitions; the loans that carry it name it. */
  record Channel(long number, String name, int server, int client, ChannelState state) {
    Channel in(ChannelState other) {
      return new Channel(number, name, server, client, other);
    }

    boolean closing() {
      return state == ChannelState.CLOSING;
    }

    boolean has(int partition) {
      return server == partition || client == partition;
    }
  }

  private final NaiveState state;
  private final NaiveLending lending;

  NaiveChannels(NaiveState state, NaiveLending lending) {
    this.state = state;
    this.lending = lending;
  }

  private @Nullable Channel named(String name) {
    for (Channel channel : state.channels.values()) {
      if (channel.name().equals(name)) {
        return channel;
      }
    }
    return null;
  }

  @Nullable Refusal open(Operation.OpenChannel op) {
    if (named(op.channel()) != null) {
      return Refusal.CHANNEL_EXISTS;
    }
    Refusal problem = state.partitionProblem(op.server(), op.client());
    if (problem != null) {
      return problem;
    }
    NaivePartition server = state.require(op.server());
    NaivePartition client = state.require(op.client());
    if (server.kind() != PartitionKind.IO) {
      return Refusal.PARTITION_KIND;
    }
    NaivePage first = state.memory.get(op.range().firstFrame());
    boolean servers = first != null && first.owner() == server.id();
    NaivePartition owner = servers ? server : client;
    NaivePartition other = servers ? client : server;
    problem = state.notOwned(op.range(), owner.id());
    if (problem != null) {
      return problem;
    }
    NaiveLoan.Borrower borrower =
        new NaiveLoan.Borrower(other.id(), op.rights(), NaiveLoan.Access.OFFERED, -1, null);
    if (lending.exceeds(op.range(), List.of(borrower))) {
      return Refusal.RIGHTS_EXCEEDED;
    }
    long count = op.range().frameCount();
    long guest = state.place(other.id(), op.guestFrame(), count, NaiveState.blockOf(op.range()));
    problem = state.guestProblem(other.id(), guest, count);
    if (problem == null) {
      open(op.channel(), server, client, owner.id(), op.range(), borrower.holding(guest));
    }
    return problem;
  }

  private void open(
      String name,
      NaivePartition server,
      NaivePartition client,
      int owner,
      PageRange range,
      NaiveLoan.Borrower borrower) {
    long loan = state.issue("loan");
    long number = state.issue("channel");
    for (long frame : NaivePages.frames(range)) {
      state.memory.change(frame, page -> page.inLoan(loan));
    }
    state.loans.put(loan, new NaiveLoan(loan, false, owner, range, List.of(borrower), number));
    state.channels.put(
        number,
        new Channel(
            number, name, server.id(), client.id(), between(server.state(), client.state())));
  }

  private static ChannelState between(PartitionState one, PartitionState other) {
    List<PartitionState> ends = List.of(one, other);
    if (ends.contains(PartitionState.CREATED)) {
      return ChannelState.CONNECTING;
    }
    return one == PartitionState.RUNNING && other == PartitionState.RUNNING
        ? ChannelState.OPEN
        : ChannelState.PAUSED;
  }

  @Nullable Refusal close(Operation.CloseChannel op) {
    Channel channel = named(op.channel());
    if (channel == null) {
      return Refusal.CHANNEL_NOT_FOUND;
    }
    if (channel.closing()) {
      return Refusal.CHANNEL_CLOSING;
    }
    close(channel);
    return null;
  }

  /** Takes the memory from the end that borrows it. */
  void close(Channel channel) {
    state.channels.put(channel.number(), channel.in(ChannelState.CLOSING));
    for (NaiveLoan loan : state.loans.copy()) {
      if (loan.channel() == channel.number()) {
        for (NaiveLoan.Borrower borrower : loan.borrowers()) {
          if (borrower.held()) {
            state.loans.takeBack(state.loans.require(loan.number()), borrower, false);
          }
        }
      }
    }
  }

  /** The channels of a partition that is going are closed. */
  void endDies(int partition) {
    for (Channel channel : state.channels.copy()) {
      if (channel.has(partition) && !channel.closing()) {
        close(channel);
      }
    }
  }

  /** Channels are in the state that follows from those of their ends. */
  void follow() {
    for (Channel channel : state.channels.copy()) {
      if (!channel.closing()) {
        PartitionState server = state.partitions.require(channel.server()).state();
        PartitionState client = state.partitions.require(channel.client()).state();
        state.channels.put(channel.number(), channel.in(between(server, client)));
      }
    }
  }

  /** Channels of which pages broke are closed. */
  void pagesBroke(List<NaiveLoan> loans) {
    for (NaiveLoan loan : loans) {
      Channel channel = state.channels.get(loan.channel());
      if (channel != null && !channel.closing()) {
        close(channel);
      }
    }
  }

  /** Channels that no loan carries any more are closed for good. */
  void settle() {
    for (Channel channel : state.channels.copy()) {
      if (state.loans.all().stream().noneMatch(loan -> loan.channel() == channel.number())) {
        state.channels.remove(channel.number());
      }
    }
  }
}
