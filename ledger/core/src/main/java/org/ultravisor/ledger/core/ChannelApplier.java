package org.ultravisor.ledger.core;

/** Writes the facts of channels. */
final class ChannelApplier {
  private final State state;

  ChannelApplier(State state) {
    this.state = state;
  }

  void opened(Event.ChannelOpened e, long sequence) {
    state.issue(Counter.CHANNEL, e.channel());
    LoanInfo loan = state.loans.require(e.loan());
    Invariant.check(
        loan.channel() == 0, "loan %d carries channel %d already", e.loan(), loan.channel());
    state.loans.put(e.loan(), loan.withChannel(e.channel()));
    put(new ChannelInfo(e.channel(), e.name(), e.server(), e.client(), e.state()), sequence);
  }

  void stateChanged(Event.ChannelStateChanged e, long sequence) {
    ChannelInfo channel = state.channels.require(e.channel());
    Invariant.check(
        !channel.isClosing(), "channel %d is being closed and changes otherwise", e.channel());
    put(channel.withState(e.state()), sequence);
  }

  void closed(Event.ChannelClosed e, long sequence) {
    ChannelInfo channel = state.channels.require(e.channel());
    Invariant.check(
        state.indexes.channels.loansOf(e.channel()).isEmpty(),
        "channel %d is closed but a loan carries it",
        e.channel());
    state.channels.remove(e.channel());
    touch(channel, sequence);
  }

  private void put(ChannelInfo channel, long sequence) {
    state.channels.put(channel.channel(), channel);
    touch(channel, sequence);
  }

  private void touch(ChannelInfo channel, long sequence) {
    state.touch(channel.server(), sequence);
    state.touch(channel.client(), sequence);
  }
}
