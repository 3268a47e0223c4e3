package org.ultravisor.ledger.core;

/**
 * What must hold of channels: their ends are there and its state is what theirs make it; it is
 * carried by one share that the other end holds, or by what is left of it while it is being closed.
 */
final class ChannelChecks {
  private final State state;

  ChannelChecks(State state) {
    this.state = state;
  }

  void run() {
    state
        .channels
        .rows()
        .forEach(
            (number, channel) -> {
              checkState(channel);
              int loans = state.indexes.channels.loansOf(number).size();
              Invariant.check(
                  loans == 1 || (channel.isClosing() && loans > 1),
                  "channel %d is carried by %d loans",
                  number,
                  loans);
            });
    state
        .loans
        .rows()
        .forEach(
            (number, loan) -> {
              if (loan.channel() != 0) {
                checkLoan(loan, state.channels.require(loan.channel()));
              }
            });
  }

  private void checkState(ChannelInfo channel) {
    PartitionDescriptor server = state.partitions.get(channel.server());
    PartitionDescriptor client = state.partitions.get(channel.client());
    if (channel.isClosing() || server == null || client == null) {
      Invariant.check(channel.isClosing(), "an end of channel %d is gone", channel.channel());
      return;
    }
    Invariant.check(
        channel.state() == ChannelState.of(server.state(), client.state()),
        "channel %d is in a state that its ends %d and %d are not",
        channel.channel(),
        channel.server(),
        channel.client());
  }

  private static void checkLoan(LoanInfo loan, ChannelInfo channel) {
    int other = loan.partition() == channel.server() ? channel.client() : channel.server();
    Invariant.check(
        loan.partition() == channel.server() || loan.partition() == channel.client(),
        "loan %d carries channel %d but is of neither end",
        loan.loan(),
        channel.channel());
    Invariant.check(
        loan.borrowers().stream()
            .allMatch(
                borrower ->
                    borrower.partition() == other
                        && (channel.isClosing() ? borrower.isReturning() : borrower.isHeld())),
        "loan %d carries channel %d but not between its ends",
        loan.loan(),
        channel.channel());
    Invariant.check(
        channel.isClosing() || loan.borrowers().size() == 1,
        "channel %d is not being closed but its other end does not see it",
        channel.channel());
  }
}
