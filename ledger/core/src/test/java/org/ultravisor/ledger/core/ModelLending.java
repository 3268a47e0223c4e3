package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.Rights;

/** Random operations on loans and rights. */
final class ModelLending {
  private static final List<String> CHANNELS = List.of("c1", "c2", "c3", "c4");

  private final ModelChoices choose;
  private final NaiveState model;

  ModelLending(ModelChoices choose) {
    this.choose = choose;
    this.model = choose.model;
  }

  @Nullable Operation draw() {
    return switch (choose.random.nextInt(17)) {
      case 0, 1, 2 -> open();
      case 3, 4, 5 -> retrieve();
      case 6, 7, 8 -> relinquish();
      case 9, 10 -> reclaim();
      case 11, 12 -> protect();
      case 13 -> closeChannel();
      default -> openChannel();
    };
  }

  private @Nullable Operation open() {
    ModelChoices.Owned owned = choose.owned();
    if (owned == null) {
      return null;
    }
    String owner = choose.oneIn(60) ? choose.name() : owned.owner().name();
    List<Borrower> borrowers = new ArrayList<>();
    NaivePage first = model.memory.get(owned.range().firstFrame());
    Rights has = first == null ? null : first.rights();
    int count = choose.oneIn(3) ? 1 + choose.random.nextInt(3) : 1;
    for (int i = 0; i < count; i++) {
      String name = choose.name();
      if (!name.equals(owner)
          && borrowers.stream().noneMatch(each -> each.partition().equals(name))) {
        Rights asked = has == null || choose.oneIn(12) ? choose.rights() : has;
        borrowers.add(new Borrower(name, choose.oneIn(3) ? Rights.READ : asked));
      }
    }
    if (borrowers.isEmpty()) {
      return null;
    }
    return choose.oneIn(2)
        ? new Operation.LendPages(owner, owned.range(), borrowers, choose.oneIn(3))
        : new Operation.SharePages(owner, owned.range(), borrowers);
  }

  private @Nullable Operation openChannel() {
    ModelChoices.Owned owned = choose.owned();
    if (owned == null) {
      return null;
    }
    boolean serves = owned.owner().kind() == PartitionKind.IO;
    String owner = owned.owner().name();
    String other = choose.name(each -> serves || each.kind() == PartitionKind.IO);
    NaivePage first = model.memory.get(owned.range().firstFrame());
    Rights has = first == null || choose.oneIn(12) ? null : first.rights();
    return owner.equals(other)
        ? null
        : new Operation.OpenChannel(
            choose.one(CHANNELS),
            serves ? owner : other,
            serves ? other : owner,
            owned.range(),
            choose.guest(),
            has == null ? choose.rights() : has);
  }

  private Operation closeChannel() {
    NaiveChannels.Channel channel = choose.oneIn(15) ? null : choose.maybe(model.channels.copy());
    return new Operation.CloseChannel(channel == null ? choose.one(CHANNELS) : channel.name());
  }

  private @Nullable NaiveLoan loan() {
    return choose.maybe(model.loans.copy());
  }

  private String name(int partition) {
    NaivePartition found = choose.oneIn(25) ? null : model.partitions.get(partition);
    return found == null ? choose.name() : found.name();
  }

  private long number(NaiveLoan loan) {
    return choose.oneIn(60) ? loan.number() + 1 : loan.number();
  }

  private NaiveLoan.@Nullable Borrower borrower(NaiveLoan loan, NaiveLoan.Access access) {
    List<NaiveLoan.Borrower> found =
        loan.borrowers().stream()
            .filter(each -> each.access() == access || choose.oneIn(30))
            .toList();
    return choose.maybe(found);
  }

  private @Nullable Operation retrieve() {
    NaiveLoan loan = loan();
    NaiveLoan.Borrower borrower = loan == null ? null : borrower(loan, NaiveLoan.Access.OFFERED);
    return loan == null || borrower == null
        ? null
        : new Operation.RetrievePages(name(borrower.partition()), number(loan), choose.guest());
  }

  private @Nullable Operation relinquish() {
    NaiveLoan loan = loan();
    NaiveLoan.Borrower borrower = loan == null ? null : borrower(loan, NaiveLoan.Access.HELD);
    return loan == null || borrower == null
        ? null
        : new Operation.RelinquishPages(name(borrower.partition()), number(loan), choose.oneIn(4));
  }

  private @Nullable Operation reclaim() {
    NaiveLoan loan = loan();
    return loan == null || (loan.inUse() && !choose.oneIn(10))
        ? null
        : new Operation.ReclaimPages(name(loan.owner()), number(loan));
  }

  private @Nullable Operation protect() {
    ModelChoices.Owned owned = choose.owned();
    return owned == null
        ? null
        : new Operation.ProtectPages(owned.owner().name(), owned.range(), choose.rights());
  }
}
