package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.LongMap;
import org.ultravisor.mapping.PageRange;

/** Loans by their pages, by who takes part in them, and by the guest frames that they keep. */
final class LoanIndex {
  /** By first frame; disjoint. */
  final LongMap<LoanInfo> byFrame = new LongMap<>();

  /** By owner and by borrower. */
  final Map<Integer, NavigableSet<Long>> byPartition = new HashMap<>();

  /** Of lent pages: by owner and then by the guest frame at which it will see them again. */
  final Map<Integer, NavigableMap<Long, LoanPiece>> keptGuestFrames = new HashMap<>();

  /** Returns under way, by the first frame of the loan and then by borrower. */
  final Map<Long, NavigableMap<Integer, Long>> returns = new HashMap<>();

  void changed(@Nullable LoanInfo old, @Nullable LoanInfo now) {
    if (old != null) {
      forget(old);
    }
    if (now != null) {
      remember(now);
    }
  }

  private void remember(LoanInfo now) {
    byFrame.put(now.range().firstFrame(), now);
    link(now.partition(), now.loan());
    now.borrowers().forEach(borrower -> link(borrower.partition(), now.loan()));
    if (now.isLent()) {
      NavigableMap<Long, LoanPiece> kept =
          keptGuestFrames.computeIfAbsent(now.partition(), any -> new TreeMap<>());
      now.pieces().forEach(piece -> kept.put(piece.guestFrame(), piece));
    }
  }

  private void forget(LoanInfo old) {
    byFrame.remove(old.range().firstFrame());
    unlink(old.partition(), old.loan());
    old.borrowers().forEach(borrower -> unlink(borrower.partition(), old.loan()));
    NavigableMap<Long, LoanPiece> kept = keptGuestFrames.get(old.partition());
    if (old.isLent() && kept != null) {
      old.pieces().forEach(piece -> kept.remove(piece.guestFrame()));
      if (kept.isEmpty()) {
        keptGuestFrames.remove(old.partition());
      }
    }
  }

  private void link(int partition, long loan) {
    byPartition.computeIfAbsent(partition, any -> new TreeSet<>()).add(loan);
  }

  private void unlink(int partition, long loan) {
    NavigableSet<Long> loans = byPartition.get(partition);
    if (loans != null && loans.remove(loan) && loans.isEmpty()) {
      byPartition.remove(partition);
    }
  }

  void returnBegun(RevocationInfo revocation) {
    returns
        .computeIfAbsent(revocation.range().firstFrame(), any -> new TreeMap<>())
        .put(revocation.partition(), revocation.revocation());
  }

  void returnOver(RevocationInfo revocation) {
    long first = revocation.range().firstFrame();
    NavigableMap<Integer, Long> pending = returns.get(first);
    if (pending != null
        && pending.remove(revocation.partition(), revocation.revocation())
        && pending.isEmpty()) {
      returns.remove(first);
    }
  }

  /** The pending return of a loan by this borrower; null if there is none. */
  @Nullable Long returnOf(LoanInfo loan, int borrower) {
    NavigableMap<Integer, Long> pending = returns.get(loan.range().firstFrame());
    return pending == null ? null : pending.get(borrower);
  }

  /** The loan of some page of the range, the last by address. */
  @Nullable LoanInfo loanIn(PageRange range) {
    if (byFrame.size() == 0) {
      return null;
    }
    long first = byFrame.floorKey(range.endFrame() - 1);
    LoanInfo last = first < 0 ? null : byFrame.get(first);
    return last != null && last.range().overlaps(range) ? last : null;
  }

  /** All loans of pages of the range, by address. */
  List<LoanInfo> allIn(PageRange range) {
    List<LoanInfo> found = new ArrayList<>();
    LoanInfo last = loanIn(range);
    while (last != null) {
      found.add(last);
      long before = last.range().firstFrame();
      last =
          before <= range.firstFrame()
              ? null
              : loanIn(PageRange.between(range.firstFrame(), before));
    }
    return found.reversed();
  }

  /** The loans in which the partition takes part, oldest first. */
  List<Long> of(int partition) {
    NavigableSet<Long> found = byPartition.get(partition);
    return found == null ? List.of() : List.copyOf(found);
  }

  /** The last lent piece that will be seen again below the guest frame; null if there is none. */
  @Nullable LoanPiece keptBelow(int partition, long guestFrame) {
    NavigableMap<Long, LoanPiece> kept = keptGuestFrames.get(partition);
    Map.Entry<Long, LoanPiece> last = kept == null ? null : kept.lowerEntry(guestFrame);
    return last == null ? null : last.getValue();
  }

  boolean agreesWith(LoanIndex other) {
    return byPartition.equals(other.byPartition)
        && keptGuestFrames.equals(other.keptGuestFrames)
        && returns.equals(other.returns)
        && Indexes.same(byFrame, other.byFrame);
  }
}
