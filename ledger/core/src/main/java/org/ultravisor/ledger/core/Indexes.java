package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.LongMap;
import org.ultravisor.mapping.PageRange;

/**
 * What the tables say, found from another side. Derived from them write by write, so that taking a
 * write back takes its traces here back too; no part of the state or its hash.
 */
final class Indexes {
  private final ChangedPartitions changed;
  private long installedFrames;

  final Map<String, Integer> partitionByName = new HashMap<>();

  /** The partition that was last found by its name, as long as no partition has changed since. */
  @Nullable PartitionDescriptor recentPartition;

  final Map<String, Integer> windowByHost = new HashMap<>();
  final SessionsByNonce sessionsByNonce = new SessionsByNonce();

  /** Open sessions, the one idle for longest first; looking one up makes it the least idle. */
  final Map<Long, Boolean> sessionsByIdleness = new LinkedHashMap<>(16, 0.75f, true);

  /** By partition; absent where there is nothing. */
  final LongMap<PartitionUse> uses = new LongMap<>();

  /** Pending revocations but returns of loans by their first frame; they are disjoint. */
  final LongMap<RevocationInfo> revocationByFrame = new LongMap<>();

  /** Pending revocations by the monitor that they await, oldest first. */
  final Map<Long, NavigableSet<Long>> revocationsAwaiting = new HashMap<>();

  /** Donations under way, by receiver and then by the guest frame at which they arrive. */
  final Map<Integer, NavigableMap<Long, RevocationInfo>> incoming = new HashMap<>();

  final ReservationIndex reservations = new ReservationIndex();
  final LoanIndex loans = new LoanIndex();
  final ChannelIndex channels = new ChannelIndex();
  final ServiceIndex services = new ServiceIndex();
  final HoldingIndex holdings = new HoldingIndex();

  Indexes(ChangedPartitions changed) {
    this.changed = changed;
  }

  /** How many frames all regions have together. */
  long installedFrames() {
    return installedFrames;
  }

  void regionChanged(@Nullable MemoryRegionInfo old, @Nullable MemoryRegionInfo now) {
    changed.noteInstalled();
    installedFrames -= old == null ? 0 : old.range().frameCount();
    installedFrames += now == null ? 0 : now.range().frameCount();
  }

  void partitionChanged(@Nullable PartitionDescriptor old, @Nullable PartitionDescriptor now) {
    recentPartition = null;
    if (old != null) {
      changed.note(old.id());
    }
    if (now != null) {
      changed.note(now.id());
    }
    if (old != null && now == null) {
      partitionByName.remove(old.name());
    } else if (now != null && old == null) {
      partitionByName.put(now.name(), now.id());
    }
  }

  void hostChanged(@Nullable HostInfo old, @Nullable HostInfo now) {
    if (old != null) {
      windowByHost.remove(old.host());
    }
    if (now != null) {
      windowByHost.put(now.host(), now.window());
    }
  }

  void sessionChanged(@Nullable SessionInfo old, @Nullable SessionInfo now) {
    if (old != null && now == null) {
      sessionsByNonce.remove(old.nonce());
      sessionsByIdleness.remove(old.session());
    } else if (now != null && old == null) {
      sessionsByNonce.put(now.nonce(), now.session());
      sessionsByIdleness.put(now.session(), true);
    }
  }

  void processorChanged(@Nullable ProcessorInfo old, @Nullable ProcessorInfo now) {
    holdings.changed(old, now);
    if (old != null && old.partition() != 0) {
      use(old.partition(), 0, 0, -1, 0);
    }
    if (now != null && now.partition() != 0) {
      use(now.partition(), 0, 0, 1, 0);
    }
  }

  void deviceChanged(@Nullable DeviceInfo old, @Nullable DeviceInfo now) {
    holdings.changed(old, now);
    if (old != null && old.partition() != 0) {
      use(old.partition(), 0, 0, 0, -1);
    }
    if (now != null && now.partition() != 0) {
      use(now.partition(), 0, 0, 0, 1);
    }
  }

  void revocationChanged(@Nullable RevocationInfo old, @Nullable RevocationInfo now) {
    if (old != null) {
      forget(old);
    }
    if (now != null) {
      remember(now);
    }
  }

  void reservationChanged(@Nullable ReservationInfo old, @Nullable ReservationInfo now) {
    reservations.changed(old, now);
    if (old != null) {
      reserve(old.partition(), -old.heldFrames());
    }
    if (now != null) {
      reserve(now.partition(), now.heldFrames());
    }
  }

  private void reserve(int partition, long pages) {
    changed.note(partition);
    PartitionUse now = useOf(partition).plusReserved(pages);
    uses.put(partition, now.equals(PartitionUse.NONE) ? null : now);
  }

  void loanChanged(@Nullable LoanInfo old, @Nullable LoanInfo now) {
    loans.changed(old, now);
    channels.loanChanged(old, now);
    if (old != null) {
      lend(old, -1);
    }
    if (now != null) {
      lend(now, 1);
    }
  }

  private void lend(LoanInfo loan, int sign) {
    useLoan(loan.partition(), LoanUse.ofOwner(loan, sign));
    loan.borrowers()
        .forEach(each -> useLoan(each.partition(), LoanUse.ofBorrower(loan, each, sign)));
  }

  private void useLoan(int partition, LoanUse more) {
    changed.note(partition);
    PartitionUse now = useOf(partition).plusLoans(more);
    uses.put(partition, now.equals(PartitionUse.NONE) ? null : now);
  }

  /** Several borrowers may return one range at the same time; else revocations are disjoint. */
  private void remember(RevocationInfo now) {
    if (now.isReturn()) {
      loans.returnBegun(now);
    } else {
      revocationByFrame.put(now.range().firstFrame(), now);
    }
    for (Long monitor : now.awaited()) {
      revocationsAwaiting.computeIfAbsent(monitor, any -> new TreeSet<>()).add(now.revocation());
    }
    use(now.partition(), 0, now.leavesOwner() ? now.range().frameCount() : 0, 0, 0);
    if (now.end() instanceof EndState.Owned end) {
      incoming.computeIfAbsent(end.partition(), any -> new TreeMap<>()).put(end.guestFrame(), now);
      use(end.partition(), now.range().frameCount(), 0, 0, 0);
    }
  }

  private void forget(RevocationInfo old) {
    if (old.isReturn()) {
      loans.returnOver(old);
    } else {
      revocationByFrame.remove(old.range().firstFrame());
    }
    for (Long monitor : old.awaited()) {
      NavigableSet<Long> awaiting = revocationsAwaiting.get(monitor);
      if (awaiting != null && awaiting.remove(old.revocation()) && awaiting.isEmpty()) {
        revocationsAwaiting.remove(monitor);
      }
    }
    use(old.partition(), 0, old.leavesOwner() ? -old.range().frameCount() : 0, 0, 0);
    if (old.end() instanceof EndState.Owned end) {
      NavigableMap<Long, RevocationInfo> arriving = incoming.get(end.partition());
      if (arriving != null && arriving.remove(end.guestFrame()) != null && arriving.isEmpty()) {
        incoming.remove(end.partition());
      }
      use(end.partition(), -old.range().frameCount(), 0, 0, 0);
    }
  }

  private void use(int partition, long incomingPages, long outgoing, int processors, int devices) {
    if (partition != 0) {
      changed.note(partition);
      PartitionUse now = useOf(partition).plus(incomingPages, outgoing, processors, devices);
      uses.put(partition, now.equals(PartitionUse.NONE) ? null : now);
    }
  }

  PartitionUse useOf(int partition) {
    PartitionUse use = uses.get(partition);
    return use == null ? PartitionUse.NONE : use;
  }

  /** A pending revocation of some page of the range, the last by address. */
  @Nullable RevocationInfo revocationIn(PageRange range) {
    long first = revocationByFrame.floorKey(range.endFrame() - 1);
    RevocationInfo last = first < 0 ? null : revocationByFrame.get(first);
    return last != null && last.range().overlaps(range) ? last : null;
  }

  /** All pending revocations of pages of the range but returns of loans, by address. */
  List<RevocationInfo> revocationsIn(PageRange range) {
    List<RevocationInfo> pending = new ArrayList<>();
    RevocationInfo last = revocationIn(range);
    while (last != null) {
      pending.addFirst(last);
      long before = last.range().firstFrame();
      last =
          before <= range.firstFrame()
              ? null
              : revocationIn(PageRange.between(range.firstFrame(), before));
    }
    return pending;
  }

  /** Whether both say the same of equal tables. */
  boolean agreesWith(Indexes other) {
    return installedFrames == other.installedFrames
        && partitionByName.equals(other.partitionByName)
        && windowByHost.equals(other.windowByHost)
        && same(sessionsByNonce.buckets(), other.sessionsByNonce.buckets())
        && List.copyOf(sessionsByIdleness.keySet())
            .equals(List.copyOf(other.sessionsByIdleness.keySet()))
        && revocationsAwaiting.equals(other.revocationsAwaiting)
        && incoming.equals(other.incoming)
        && reservations.agreesWith(other.reservations)
        && loans.agreesWith(other.loans)
        && channels.agreesWith(other.channels)
        && services.agreesWith(other.services)
        && holdings.agreesWith(other.holdings)
        && same(uses, other.uses)
        && same(revocationByFrame, other.revocationByFrame);
  }

  static <V> boolean same(LongMap<V> one, LongMap<V> other) {
    boolean[] same = {one.size() == other.size()};
    one.forEach((key, value) -> same[0] &= value.equals(other.get(key)));
    return same[0];
  }
}
