package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * One thing that may be asked of the ledger. A transaction is a list of these, of which all happen
 * or none. Records check their shape (signs, lengths); whether the ledger can do it is {@code
 * decide}'s to say. Partitions and hosts are named, as people name them; names are 1 to 64
 * characters of letters, digits, '.', '_' and '-'. Ranges are of host frames.
 */
public sealed interface Operation {

  /** Guest frame that lets the ledger choose: the first gap of the partition's memory that fits. */
  long ANY_GUEST_FRAME = -1;

  // ---- inventory

  /**
   * Installs memory that no one has described yet.
   *
   * @param zeroed whether the host agent says that it is zero; otherwise it is scrubbed first
   */
  record AddMemory(PageRange range, int cell, MemoryType type, boolean zeroed)
      implements Operation {
    public AddMemory {
      Shape.cell(cell);
    }
  }

  /** Removes memory; every page of it must be available. */
  record RemoveMemory(PageRange range) implements Operation {}

  /** Takes broken pages out of use for ever, whoever has them. */
  record PoisonPages(PageRange range) implements Operation {}

  record AddProcessor(int processor, int cell) implements Operation {
    public AddProcessor {
      Shape.notNegative("processor", processor);
      Shape.cell(cell);
    }
  }

  /**
   * Installs a PCI device.
   *
   * @param address PCI address, {@code domain:bus:device.function} in hexadecimal
   * @param deviceClass PCI class code, 24 bits
   * @param iommuGroup devices of one group are assigned together; -1 where there is no IOMMU
   */
  record AddDevice(String address, int deviceClass, int iommuGroup, int cell) implements Operation {
    public AddDevice {
      address = Shape.deviceAddress(address);
      Shape.between("device class", deviceClass, 0, 0xffffff);
      Shape.between("IOMMU group", iommuGroup, -1, Integer.MAX_VALUE);
      Shape.cell(cell);
    }
  }

  /** Removes a processor that nobody has. */
  record RemoveProcessor(int processor) implements Operation {
    public RemoveProcessor {
      Shape.notNegative("processor", processor);
    }
  }

  /** Removes a device that nobody has; others of its IOMMU group stay. */
  record RemoveDevice(String address) implements Operation {
    public RemoveDevice {
      address = Shape.deviceAddress(address);
    }
  }

  // ---- partitions

  record CreatePartition(
      String partition, PartitionKind kind, Limits limits, SortedMap<String, String> labels)
      implements Operation {
    public CreatePartition {
      Shape.name("partition", partition);
      labels = Shape.labels(labels);
    }

    public CreatePartition(String partition, PartitionKind kind, Limits limits) {
      this(partition, kind, limits, new TreeMap<>(Map.of()));
    }
  }

  record SetLimits(String partition, Limits limits) implements Operation {
    public SetLimits {
      Shape.name("partition", partition);
    }
  }

  record StartPartition(String partition) implements Operation {
    public StartPartition {
      Shape.name("partition", partition);
    }
  }

  /** A running partition does not run, until it is resumed; what it holds stays as it is. */
  record PausePartition(String partition) implements Operation {
    public PausePartition {
      Shape.name("partition", partition);
    }
  }

  record ResumePartition(String partition) implements Operation {
    public ResumePartition {
      Shape.name("partition", partition);
    }
  }

  record StopPartition(String partition) implements Operation {
    public StopPartition {
      Shape.name("partition", partition);
    }
  }

  /** Ends a partition that does not run: all it holds is released; ZOMBIE until it is back. */
  record DestroyPartition(String partition) implements Operation {
    public DestroyPartition {
      Shape.name("partition", partition);
    }
  }

  // ---- pages

  /** Gives available pages to a partition and maps them at a guest frame. */
  record AssignPages(String partition, PageRange range, long guestFrame, Rights rights)
      implements Operation {
    public AssignPages {
      Shape.name("partition", partition);
      Shape.guestFrame(guestFrame);
    }
  }

  /**
   * Gives a partition blocks that the ledger finds: first fit by address in the first of the cells
   * that has them, whole blocks of the tier, not necessarily next to one another in host memory.
   *
   * @param frameCount a positive multiple of the tier's block
   * @param cells in order of preference, not empty; blocks may come from several
   */
  record AllocatePages(
      String partition,
      long frameCount,
      Tier tier,
      List<Integer> cells,
      long guestFrame,
      Rights rights)
      implements Operation {
    public AllocatePages {
      Shape.name("partition", partition);
      Shape.between("frame count", frameCount, 1, PageRange.FRAME_LIMIT);
      cells = Shape.cells(cells);
      Shape.guestFrame(guestFrame);
    }
  }

  /** Takes pages from their owner; they become available once acknowledged and scrubbed. */
  record ReleasePages(String partition, PageRange range) implements Operation {
    public ReleasePages {
      Shape.name("partition", partition);
    }
  }

  /**
   * Moves pages from their owner to another partition, which sees them once the giver's monitor has
   * acknowledged (and they are scrubbed, if asked) but is charged for them at once.
   */
  record DonatePages(String from, String to, PageRange range, long guestFrame, boolean scrub)
      implements Operation {
    public DonatePages {
      Shape.name("from", from);
      Shape.name("to", to);
      Shape.different("from", from, "to", to);
      Shape.guestFrame(guestFrame);
    }
  }

  // ---- loans

  /**
   * Offers pages to borrowers; their owner has no access until it reclaims them.
   *
   * @param borrowers 1 to 16, none of them the owner
   * @param scrub whether the pages are zeroed before a borrower sees them
   */
  record LendPages(String partition, PageRange range, List<Borrower> borrowers, boolean scrub)
      implements Operation {
    public LendPages {
      Shape.name("partition", partition);
      borrowers = Shape.borrowers(partition, borrowers);
    }
  }

  /** Offers pages to borrowers; their owner keeps its access. */
  record SharePages(String partition, PageRange range, List<Borrower> borrowers)
      implements Operation {
    public SharePages {
      Shape.name("partition", partition);
      borrowers = Shape.borrowers(partition, borrowers);
    }
  }

  /** Maps the pages of a loan for one of its borrowers, one after another from a guest frame on. */
  record RetrievePages(String partition, long loan, long guestFrame) implements Operation {
    public RetrievePages {
      Shape.name("partition", partition);
      Shape.notNegative("loan", loan);
      Shape.guestFrame(guestFrame);
    }
  }

  /**
   * Takes the pages of a loan from a borrower, who is none from then on.
   *
   * @param scrub whether the pages are zeroed; only of lent pages that nobody else still has
   */
  record RelinquishPages(String partition, long loan, boolean scrub) implements Operation {
    public RelinquishPages {
      Shape.name("partition", partition);
      Shape.notNegative("loan", loan);
    }
  }

  /**
   * Ends a loan that no borrower has retrieved, or has any more; its owner sees the pages again.
   */
  record ReclaimPages(String partition, long loan) implements Operation {
    public ReclaimPages {
      Shape.name("partition", partition);
      Shape.notNegative("loan", loan);
    }
  }

  /** Sets the rights with which an owner sees pages of its own. */
  record ProtectPages(String partition, PageRange range, Rights rights) implements Operation {
    public ProtectPages {
      Shape.name("partition", partition);
    }
  }

  // ---- channels

  /**
   * Shares pages of one of two partitions with the other, and lets it see them at once.
   *
   * @param channel its name
   * @param server an I/O partition
   * @param range all owned by the server or all by the client
   * @param guestFrame where the other end sees them
   * @param rights of the other end
   */
  record OpenChannel(
      String channel, String server, String client, PageRange range, long guestFrame, Rights rights)
      implements Operation {
    public OpenChannel {
      Shape.name("channel", channel);
      Shape.name("server", server);
      Shape.name("client", client);
      Shape.different("server", server, "client", client);
      Shape.guestFrame(guestFrame);
    }
  }

  /** Takes a channel's memory back from the end that does not own it; it is closed then. */
  record CloseChannel(String channel) implements Operation {
    public CloseChannel {
      Shape.name("channel", channel);
    }
  }

  // ---- services

  /**
   * Says which I/O partitions offer a service, each by itself; redundant if there are two or more.
   *
   * @param deviceClass PCI class code of which a server needs a device, 24 bits; one that ends with
   *     00 stands for all of its sub-class; -1 if a server needs none
   * @param servers 1 to 8 I/O partitions
   */
  record PutService(String service, int deviceClass, List<String> servers) implements Operation {
    public PutService {
      Shape.name("service", service);
      Shape.between("device class", deviceClass, -1, 0xffffff);
      servers = Shape.servers(servers);
    }
  }

  /** Forgets a service that nobody was promised. */
  record DeleteService(String service) implements Operation {
    public DeleteService {
      Shape.name("service", service);
    }
  }

  /** From here on nothing is done that would leave the partition, as long as it runs, no path. */
  record PromiseService(String partition, String service) implements Operation {
    public PromiseService {
      Shape.name("partition", partition);
      Shape.name("service", service);
    }
  }

  record WithdrawService(String partition, String service) implements Operation {
    public WithdrawService {
      Shape.name("partition", partition);
      Shape.name("service", service);
    }
  }

  // ---- policy

  /**
   * Puts a policy document of the operations partition, which the ledger keeps and does not read.
   *
   * @param document at most 65,536 characters
   */
  record PutPolicy(String policy, String document) implements Operation {
    public PutPolicy {
      Shape.name("policy", policy);
      Shape.text("document", document, Shape.MAX_DOCUMENT);
    }
  }

  record DeletePolicy(String policy) implements Operation {
    public DeletePolicy {
      Shape.name("policy", policy);
    }
  }

  // ---- two-phase

  /**
   * Holds pages, processors and devices for a partition, which is charged for them but does not see
   * them until they are posted. At the deadline, by ledger time, the ledger lets go of them.
   *
   * @param reservation its name, unique among those that are held
   * @param frameCount a multiple of the tier's block; 0 if only processors or devices are held
   * @param cells in order of preference; not empty unless no pages are asked for
   * @param processors none twice; kept in ascending order
   * @param addresses of devices, each with all others of its IOMMU group; kept in ascending order
   * @param timeoutMillis from this transaction's ledger time on
   */
  record Reserve(
      String reservation,
      String partition,
      long frameCount,
      Tier tier,
      List<Integer> cells,
      List<Integer> processors,
      List<String> addresses,
      long timeoutMillis)
      implements Operation {
    /** The most processors, and the most devices, that one reservation names. */
    public static final int MOST_NAMED = 4096;

    /** 2^40 milliseconds, about 35 years. */
    public static final long MOST_TIMEOUT_MILLIS = 1L << 40;

    public Reserve {
      Shape.name("reservation", reservation);
      Shape.name("partition", partition);
      Shape.between("frame count", frameCount, 0, PageRange.FRAME_LIMIT);
      cells = frameCount == 0 && cells.isEmpty() ? List.of() : Shape.cells(cells);
      processors = Shape.processors(processors, MOST_NAMED);
      addresses = Shape.deviceAddresses(addresses, MOST_NAMED);
      Shape.between("timeout", timeoutMillis, 1, MOST_TIMEOUT_MILLIS);
      if (frameCount == 0 && processors.isEmpty() && addresses.isEmpty()) {
        throw new IllegalArgumentException("a reservation must hold something");
      }
    }
  }

  /** Gives a partition what was reserved for it, its pages one after another. */
  record Post(String reservation, long guestFrame, Rights rights) implements Operation {
    public Post {
      Shape.name("reservation", reservation);
      Shape.guestFrame(guestFrame);
    }
  }

  /** Lets go of what was reserved; nobody has seen it, so it is free at once. */
  @SuppressWarnings("AvoidCommonTypeNames") // The domain's word; java.lang.Void is not used here.
  record Void(String reservation) implements Operation {
    public Void {
      Shape.name("reservation", reservation);
    }
  }

  /**
   * Does nothing but let ledger time pass, so that what is due times out where nothing else
   * happens. Needs no session.
   */
  record Tick() implements Operation {}

  // ---- processors and devices

  record AssignProcessor(String partition, int processor) implements Operation {
    public AssignProcessor {
      Shape.name("partition", partition);
      Shape.notNegative("processor", processor);
    }
  }

  record ReleaseProcessor(String partition, int processor) implements Operation {
    public ReleaseProcessor {
      Shape.name("partition", partition);
      Shape.notNegative("processor", processor);
    }
  }

  /** Gives a device, with all others of its IOMMU group, to a partition. */
  record AssignDevice(String partition, String address) implements Operation {
    public AssignDevice {
      Shape.name("partition", partition);
      address = Shape.deviceAddress(address);
    }
  }

  /** Takes a device, with all others of its IOMMU group, from a partition. */
  record ReleaseDevice(String partition, String address) implements Operation {
    public ReleaseDevice {
      Shape.name("partition", partition);
      address = Shape.deviceAddress(address);
    }
  }

  // ---- sessions and attachments: harmless when done twice, so they need no session

  /**
   * Opens a session, whose number the ledger issues.
   *
   * @param nonce chosen by the client; the same nonce again finds the same session while it is open
   */
  record OpenSession(long nonce) implements Operation {}

  /** A replica starts; its incarnation becomes the generation of the views that it writes. */
  record AttachReplica(String replica, long nonce) implements Operation {
    public AttachReplica {
      Shape.name("replica", replica);
    }
  }

  /**
   * A host agent starts, holding its host's lock, which proves that its predecessor is gone.
   *
   * @param window the host's 4 PiB window of frame numbers: bits 59..40
   */
  record AttachHost(String host, int window, long nonce) implements Operation {
    public AttachHost {
      Shape.name("host", host);
      Shape.between("window", window, 0, (1 << 20) - 1);
    }
  }

  /** A monitor starts, holding its partition's lock; its predecessor must have been fenced. */
  record AttachMonitor(String partition, String host, long nonce) implements Operation {
    public AttachMonitor {
      Shape.name("partition", partition);
      Shape.name("host", host);
    }
  }

  /** A monitor says that its partition uses nothing that a view below this sequence gave it. */
  record AcknowledgeView(String partition, long incarnation, long sequence) implements Operation {
    public AcknowledgeView {
      Shape.name("partition", partition);
      Shape.notNegative("sequence", sequence);
    }
  }

  /**
   * Says that a monitor and its guest are gone.
   *
   * @param evidence true if the host agent saw the kernel release their lock; false if an operator
   *     says so, which is recorded and voids the guarantee for the pages concerned
   */
  record FenceMonitor(String partition, long incarnation, boolean evidence, String reason)
      implements Operation {
    public FenceMonitor {
      Shape.name("partition", partition);
      Shape.text("reason", reason, 256);
    }
  }

  /** The host agent says that it has zeroed a revocation's pages. */
  record RecordScrub(String host, long incarnation, long revocation) implements Operation {
    public RecordScrub {
      Shape.name("host", host);
    }
  }

  /**
   * Says that the principal asks for a change of the cluster itself: its members, its leader,
   * snapshots, backups. Changes nothing, but who may not ask has left a leaf.
   *
   * @param request what was asked, as the channel got it
   */
  record AdministerCluster(String request) implements Operation {
    public static final int MOST_CHARACTERS = 256;

    public AdministerCluster {
      Shape.text("request", request, MOST_CHARACTERS);
    }
  }

  // ---- rules

  /**
   * An attached replica says which rules its program knows. What it said before it attached anew
   * counts no more: until it says otherwise, a replica knows the first rules only.
   *
   * @param newest all up to this version
   */
  record AnnounceRules(String replica, int newest) implements Operation {
    public AnnounceRules {
      Shape.name("replica", replica);
      Shape.between("rules version", newest, 1, Integer.MAX_VALUE);
    }
  }

  /** A replica has left the cluster for ever. */
  record DetachReplica(String replica) implements Operation {
    public DetachReplica {
      Shape.name("replica", replica);
    }
  }

  /** Lets every replica decide by newer rules from here on, which all that are attached know. */
  record ActivateRules(int version) implements Operation {
    public ActivateRules {
      Shape.between("rules version", version, 1, Integer.MAX_VALUE);
    }
  }

  // ---- history

  /**
   * A replica says what it had at a sequence, so that replicas that differ find out.
   *
   * @param sequence a past one
   * @param logRoot Merkle root over the leaves up to it, 64 hexadecimal digits
   */
  record ReportState(String replica, long sequence, StateHash stateHash, String logRoot)
      implements Operation {
    public ReportState {
      Shape.name("replica", replica);
      Shape.notNegative("sequence", sequence);
      Shape.hash("log root", logRoot);
    }
  }

  /**
   * Lets replicas forget what led to the state at a sequence: of the leaves below it they keep the
   * hashes, and of the state at it a checkpoint, from which the log can be replayed on.
   *
   * @param through the sequence, which must be past; its own leaf stays
   */
  record Compact(long through) implements Operation {
    public Compact {
      Shape.notNegative("sequence", through);
    }
  }
}
