package org.ultravisor.node.host;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Which facts change which partition's memory map, and how: the same as the ledger's own apply does
 * to its maps. What takes access away ({@code unmap}, or {@code map} with fewer rights) becomes a
 * whole new version of the view, what only adds may go in place; that is the writer's choice. One
 * thread.
 */
final class MapChanges {
  private final PartitionViews views;
  private final LoanChanges loans;

  MapChanges(PartitionViews views) {
    this.views = views;
    this.loans = new LoanChanges(views);
  }

  /** Starts anew from the ledger as it is. */
  void reset(LedgerQueries ledger) {
    loans.reset(ledger.loans());
  }

  /**
   * Follows one fact.
   *
   * @param completed the revocation that it completed, as it was; null if it did not
   */
  void follow(Event event, @Nullable RevocationInfo completed) throws IOException {
    switch (event) {
      case Event.PagesAssigned e -> views.map(e.partition(), e.guestFrame(), e.range(), e.rights());
      case Event.Posted e -> {
        long guestFrame = e.guestFrame();
        for (PageRange range : e.ranges()) {
          views.map(e.partition(), guestFrame, range, e.rights());
          guestFrame += range.frameCount();
        }
      }
      case Event.PagesRevoked e -> {
        if (e.end() instanceof EndState.Protected(Rights rights)) {
          views.map(e.partition(), e.guestFrame(), e.range(), rights);
        } else if (e.guestFrame() >= 0) {
          views.unmap(e.partition(), e.guestFrame(), e.range().frameCount());
        }
      }
      case Event.PagesProtected e ->
          views.map(e.partition(), e.guestFrame(), e.range(), e.rights());
      case Event.RevocationCompleted e -> {
        if (completed != null && e.end() instanceof EndState.Owned owned) {
          views.map(owned.partition(), owned.guestFrame(), completed.range(), owned.rights());
        }
      }
      default -> {}
    }
    loans.follow(event, completed);
  }
}
