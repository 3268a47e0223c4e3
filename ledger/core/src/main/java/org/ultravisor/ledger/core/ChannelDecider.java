package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides on channels: open, close, and what the life of an end makes of them. */
final class ChannelDecider {
  private final State state;
  private final LoanDecider loans;
  private final GuestChecks guests;

  ChannelDecider(State state, LoanDecider loans) {
    this.state = state;
    this.loans = loans;
    this.guests = new GuestChecks(state);
  }

  Decision open(Operation.OpenChannel op) {
    if (state.indexes.channels.byName.containsKey(op.channel())) {
      return rejected(Refusal.CHANNEL_EXISTS, op.channel());
    }
    Decision.Rejected unfit = loans.alive(List.of(op.server(), op.client()));
    if (unfit != null) {
      return unfit;
    }
    PartitionDescriptor server = state.requirePartition(op.server());
    PartitionDescriptor client = state.requirePartition(op.client());
    if (server.kind() != PartitionKind.IO) {
      return rejected(
          Refusal.PARTITION_KIND,
          "'%s' is of kind %s; a server is of kind IO".formatted(op.server(), server.kind()));
    }
    int first = state.memory.owner().descriptorAt(op.range().firstFrame());
    boolean servers = first == Descriptors.partition(server.id());
    PartitionDescriptor owner = servers ? server : client;
    PartitionDescriptor other = servers ? client : server;
    List<LoanBorrower> offers = new ArrayList<>();
    Decision.Rejected notLent =
        loans.offers(
            owner.name(), op.range(), List.of(new Borrower(other.name(), op.rights())), offers);
    if (notLent != null) {
      return notLent;
    }
    long count = op.range().frameCount();
    long guestFrame =
        guests.place(other.id(), op.guestFrame(), count, GuestChecks.alignmentOf(op.range()));
    Decision.Rejected taken = guests.free(other.id(), guestFrame, count);
    if (taken != null) {
      return taken;
    }
    Event.PagesLent lent = loans.opened(LoanKind.SHARE, owner.id(), op.range(), offers);
    return Decision.accepted(
        List.of(
            lent,
            new Event.PagesRetrieved(lent.loan(), other.id(), guestFrame),
            new Event.ChannelOpened(
                state.next(Counter.CHANNEL),
                op.channel(),
                server.id(),
                client.id(),
                lent.loan(),
                ChannelState.of(server.state(), client.state()))));
  }

  Decision close(Operation.CloseChannel op) {
    Long number = state.indexes.channels.byName.get(op.channel());
    if (number == null) {
      return rejected(Refusal.CHANNEL_NOT_FOUND, op.channel());
    }
    ChannelInfo channel = state.channels.require(number);
    if (channel.isClosing()) {
      return rejected(Refusal.CHANNEL_CLOSING, op.channel());
    }
    Revoking revoking = new Revoking(state);
    revoking.close(channel);
    return revoking.decision();
  }

  /** What a partition's new state makes of its channels, behind the fact that it has it. */
  Decision follow(PartitionDescriptor partition, PartitionState now) {
    List<Event> events = new ArrayList<>();
    events.add(new Event.PartitionStateChanged(partition.id(), now));
    for (long number : state.indexes.channels.of(partition.id())) {
      ChannelInfo channel = state.channels.require(number);
      ChannelState next = next(channel, partition, now);
      if (!channel.isClosing() && next != channel.state()) {
        events.add(new Event.ChannelStateChanged(number, next));
      }
    }
    return Decision.accepted(events);
  }

  private ChannelState next(
      ChannelInfo channel, PartitionDescriptor partition, PartitionState now) {
    int id = channel.server() == partition.id() ? channel.client() : channel.server();
    @Nullable PartitionDescriptor other = state.partitions.get(id);
    return ChannelState.of(now, other == null ? PartitionState.STOPPED : other.state());
  }
}
