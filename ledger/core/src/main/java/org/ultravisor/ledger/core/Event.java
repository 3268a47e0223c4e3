package org.ultravisor.ledger.core;

import java.util.List;
import java.util.SortedMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * A fact that {@code decide} found and {@code apply} writes. Facts carry every choice that was made
 * (numbers issued, pages chosen), so applying them needs no decision. Partitions are named by their
 * numbers, which are never reused; ranges are of host frames.
 */
public sealed interface Event {

  // ---- inventory

  /** Memory was installed; it is RESERVED until scrubbed, or AVAILABLE(cell) at once if zero. */
  record MemoryAdded(PageRange range, int cell, MemoryType type, boolean zeroed) implements Event {}

  record MemoryRemoved(PageRange range) implements Event {}

  record ProcessorAdded(int processor, int cell) implements Event {}

  record DeviceAdded(String address, int deviceClass, int iommuGroup, int cell) implements Event {}

  record ProcessorRemoved(int processor) implements Event {}

  record DeviceRemoved(String address) implements Event {}

  // ---- partitions

  record PartitionCreated(
      int partition,
      String name,
      PartitionKind kind,
      Limits limits,
      SortedMap<String, String> labels)
      implements Event {}

  record LimitsSet(int partition, Limits limits) implements Event {}

  record PartitionStateChanged(int partition, PartitionState state) implements Event {}

  // ---- pages

  /** Available pages now belong to the partition, which sees them from {@code guestFrame} on. */
  record PagesAssigned(int partition, PageRange range, long guestFrame, Rights rights)
      implements Event {}

  /**
   * A partition lost its access to pages; the first of the three facts of a revocation. The pages
   * keep their descriptor until the revocation is completed and are in nobody's map meanwhile.
   *
   * @param revocation its number, rising
   * @param partition who loses access; 0 for memory that never had an owner and only waits for its
   *     scrub
   * @param guestFrame where the partition saw the range's first frame; -1 if it did not see it
   * @param awaited incarnations of the monitors that must acknowledge, rising; empty if none
   * @param scrub whether the host agent must zero the pages
   */
  record PagesRevoked(
      long revocation,
      int partition,
      PageRange range,
      long guestFrame,
      List<Long> awaited,
      boolean scrub,
      EndState end)
      implements Event {
    public PagesRevoked {
      awaited = List.copyOf(awaited);
    }

    /** Whether a borrower loses pages that are another's. */
    public boolean isReturn() {
      return end instanceof EndState.Returned;
    }
  }

  /**
   * A monitor no longer uses the pages: it said so, or it is gone.
   *
   * @param fenced whether it is gone rather than said so
   */
  record RevocationAcknowledged(long revocation, long monitorIncarnation, boolean fenced)
      implements Event {}

  record RevocationScrubbed(long revocation, long hostIncarnation) implements Event {}

  /**
   * Part of a revocation's pages take another way from here on, so its tail becomes a revocation of
   * its own that awaits the same. A host agent works on one revocation at a time, so a scrub of the
   * whole that is under way is over before the tail's begins.
   *
   * @param at the tail's first frame
   * @param tail number of the new revocation
   */
  record RevocationSplit(long revocation, long at, long tail) implements Event {}

  /**
   * A pending revocation ends otherwise than first said: POISONED if its pages broke, AVAILABLE if
   * the receiver of a donation is gone.
   *
   * @param scrub whether the host agent must zero the pages from now on
   */
  record RevocationRedirected(long revocation, EndState end, boolean scrub) implements Event {}

  /** All that was awaited has come: the pages reached the end state last said. */
  record RevocationCompleted(long revocation, EndState end) implements Event {}

  /**
   * A pending revocation is given up because another one, of the same pages and begun with the same
   * transaction, awaits all that it awaited.
   */
  record RevocationSuperseded(long revocation) implements Event {}

  // ---- loans

  /**
   * Pages are offered to borrowers. What the owner of lent pages loses follows as revocations that
   * end LENT.
   *
   * @param pieces where the owner sees the pages, by host address
   * @param borrowers numbers of partitions and what each may do, in the order asked for
   */
  record PagesLent(
      long loan,
      LoanKind kind,
      int partition,
      PageRange range,
      List<LoanPiece> pieces,
      List<LoanBorrower> borrowers)
      implements Event {
    public PagesLent {
      pieces = List.copyOf(pieces);
      borrowers = List.copyOf(borrowers);
    }
  }

  /** A borrower sees the loan's pages from the guest frame on. */
  record PagesRetrieved(long loan, int partition, long guestFrame) implements Event {}

  /** An offer is withdrawn; the borrower had not retrieved the pages. */
  record BorrowerRemoved(long loan, int partition) implements Event {}

  /** The loan is over, and an owner that had lent its pages sees them again as before. */
  record LoanReclaimed(long loan) implements Event {}

  /**
   * The loan is over, and nobody sees its pages any more by it: they broke, or their owner is gone.
   */
  record LoanEnded(long loan) implements Event {}

  /** The owner of shared pages is gone: from here on they are as if lent. */
  record LoanOrphaned(long loan) implements Event {}

  /**
   * Part of a loan's pages take another way from here on, so its tail becomes a loan of its own.
   *
   * @param at the tail's first frame
   * @param tail number of the new loan
   */
  record LoanSplit(long loan, long at, long tail) implements Event {}

  /** An owner has gained rights to pages that it sees, and lost none. */
  record PagesProtected(int partition, PageRange range, long guestFrame, Rights rights)
      implements Event {}

  // ---- channels

  /**
   * A channel is carried by a loan that its other end has retrieved.
   *
   * @param server number of the I/O partition
   * @param client number of the partition that it serves
   */
  record ChannelOpened(
      long channel, String name, int server, int client, long loan, ChannelState state)
      implements Event {}

  record ChannelStateChanged(long channel, ChannelState state) implements Event {}

  /** Nobody but their owner sees the pages of the channel any more. */
  record ChannelClosed(long channel) implements Event {}

  // ---- services and policy

  /** A service is offered by these partitions, whatever was said of it before. */
  record ServicePut(long service, String name, int deviceClass, List<Integer> servers)
      implements Event {
    public ServicePut {
      servers = List.copyOf(servers);
    }
  }

  record ServiceDeleted(long service) implements Event {}

  record ServicePromised(int partition, long service) implements Event {}

  record ServiceWithdrawn(int partition, long service) implements Event {}

  /** Its version is this transaction's sequence. */
  record PolicyPut(long policy, String name, String document) implements Event {}

  record PolicyDeleted(long policy) implements Event {}

  // ---- two-phase

  /**
   * Available pages, processors and devices are held for a partition.
   *
   * @param ranges in the order in which they will be seen; empty if no pages were asked for
   * @param tier of the blocks asked for
   * @param addresses of devices, in ascending order, IOMMU groups as a whole
   * @param deadline the ledger time at which the ledger lets go of them
   */
  record Reserved(
      long reservation,
      String name,
      int partition,
      Tier tier,
      List<PageRange> ranges,
      List<Integer> processors,
      List<String> addresses,
      long deadline)
      implements Event {
    public Reserved {
      ranges = List.copyOf(ranges);
      processors = List.copyOf(processors);
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A partition got what was held for it: the reservation is over.
   *
   * @param ranges the pages, which it sees one after another
   * @param guestFrame where it sees the first; -1 if there are no pages
   */
  record Posted(
      long reservation, int partition, List<PageRange> ranges, long guestFrame, Rights rights)
      implements Event {
    public Posted {
      ranges = List.copyOf(ranges);
    }
  }

  /** What was held is free again: somebody asked for that, or the partition is gone. */
  record ReservationVoided(long reservation) implements Event {}

  /** What was held is free again: its deadline has come. */
  record ReservationExpired(long reservation) implements Event {}

  /** Pages that a reservation held broke; it goes on without them. */
  record ReservationReduced(long reservation, PageRange range) implements Event {}

  // ---- processors and devices

  record ProcessorAssigned(int partition, int processor) implements Event {}

  record ProcessorReleased(int partition, int processor) implements Event {}

  /** A device or a whole IOMMU group changed hands; addresses in ascending order. */
  record DevicesAssigned(int partition, List<String> addresses) implements Event {
    public DevicesAssigned {
      addresses = List.copyOf(addresses);
    }
  }

  record DevicesReleased(int partition, List<String> addresses) implements Event {
    public DevicesReleased {
      addresses = List.copyOf(addresses);
    }
  }

  // ---- sessions and attachments

  record SessionOpened(long session, long nonce) implements Event {}

  /** The session just opened is not {@link Principal#LOCAL}'s but this principal's. */
  record SessionOwned(long session, String owner) implements Event {}

  record SessionExpired(long session) implements Event {}

  record ReplicaAttached(String replica, long incarnation, long nonce) implements Event {}

  record HostAttached(String host, int window, long incarnation, long nonce) implements Event {}

  record MonitorAttached(int partition, String host, long incarnation, long nonce)
      implements Event {}

  record ViewAcknowledged(int partition, long incarnation, long sequence) implements Event {}

  /** A monitor is gone; without evidence the guarantee is void for pages it may still use. */
  record MonitorFenced(int partition, long incarnation, boolean evidence, String reason)
      implements Event {}

  // ---- rules

  record RulesAnnounced(String replica, int newest) implements Event {}

  record ReplicaDetached(String replica) implements Event {}

  record RulesActivated(int version) implements Event {}

  // ---- history

  /** Changes nothing in the state; replicas compare what they hear. */
  record StateReported(String replica, long sequence, StateHash stateHash, String logRoot)
      implements Event {}

  /** From here on the state at this sequence is the earliest that can be replayed. */
  record HistoryCompacted(long through) implements Event {}
}
