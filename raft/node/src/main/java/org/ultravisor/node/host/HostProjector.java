package org.ultravisor.node.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.bridge.HostContent;
import org.ultravisor.bridge.HostViewWriter;
import org.ultravisor.bridge.ViewPublisher;
import org.ultravisor.bridge.ViewWriter;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionState;
import org.ultravisor.ledger.core.ReplicaInfo;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.raft.replica.ReplicaListener;

/**
 * Translates what the ledger applies into what this host's native programs see: one view for each
 * partition whose monitor is attached on this host, and the host view.
 *
 * <p>Always, between two calls: a view that stands at sequence s equals the partition's memory map
 * replayed to s; all views stand at the ledger's sequence; nothing is written before the replica's
 * own attachment was applied, because its incarnation is the generation of what it writes.
 *
 * <p>Called on the apply thread, by {@link ReplicaListener}'s rules; {@link #facts} and {@link
 * #leading} may be asked by any thread. Shared memory that has no room ends the replica: a view
 * that is not kept up would be worse.
 */
public final class HostProjector implements ReplicaListener {
  private static final int MOST_SCRUBS = 4096;
  private static final int WINDOW_BITS = 40;

  private final Operation.AttachReplica attachment;
  private final String hostName;
  private final PageRange window;
  private final Opener opener;
  private final PendingRevocations pending;
  private final PartitionNames names = new PartitionNames();
  private final Map<Integer, ViewWriter> views = new HashMap<>();
  private final Set<Integer> toBuild = new TreeSet<>();
  private boolean attached;
  private boolean factsChanged = true;

  private HostContent hostContent = HostContent.EMPTY;
  private long hostFloor;
  private @Nullable HostViewWriter hostView;
  private volatile @Nullable ViewPublisher publisher;
  private volatile HostFacts facts = HostFacts.NONE;
  private volatile boolean leading;

  /** Begins the views of a generation, once it is known. */
  @FunctionalInterface
  interface Opener {
    ViewPublisher open(long generation) throws IOException;
  }

  /**
   * @param attachment by which this replica attaches; its nonce is this process's own
   * @param window the host's window of frame numbers
   */
  HostProjector(Operation.AttachReplica attachment, String hostName, int window, Opener opener) {
    this.attachment = attachment;
    this.hostName = hostName;
    this.opener = opener;
    this.window = new PageRange((long) window << WINDOW_BITS, 1L << WINDOW_BITS);
    this.pending = new PendingRevocations(window);
  }

  /** Where the views are written; null until this replica's attachment was applied. */
  @Nullable ViewPublisher publisher() {
    return publisher;
  }

  /** What the ledger says about this host now. */
  HostFacts facts() {
    return facts;
  }

  /** Whether this replica leads. */
  boolean leading() {
    return leading;
  }

  @Override
  public void leadership(boolean leaderReady) {
    leading = leaderReady;
  }

  @Override
  public void recovered(Ledger ledger) {
    reload(ledger.queries());
  }

  @Override
  public void snapshotInstalled(Ledger ledger) {
    reload(ledger.queries());
  }

  @Override
  public void applied(List<Leaf> leaves, Ledger ledger) {
    try {
      for (Leaf leaf : leaves) {
        if (leaf.outcome() instanceof Outcome.Committed committed) {
          for (Event event : committed.events()) {
            follow(leaf.sequence(), event);
          }
        }
      }
      publish(ledger.queries());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write this host's views", e);
    }
  }

  /** Forgets everything and starts from the state: leaves in between were not told. */
  private void reload(LedgerQueries ledger) {
    try {
      names.reset(ledger.partitions());
      pending.reset(ledger.revocations());
      for (ReplicaInfo replica : ledger.replicas()) {
        attached |= isOwn(replica.replica(), replica.nonce());
      }
      attached |= publisher != null;
      hostFloor = ledger.sequence(); // the state does not say when; no earlier view is written
      factsChanged = true;
      publish(ledger);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write this host's views", e);
    }
  }

  /** Retires what was written so far; all partitions that need a view get a new one. */
  private void begin(LedgerQueries ledger) throws IOException {
    views.clear();
    toBuild.clear();
    hostView = null;
    factsChanged = true;
    ViewPublisher views = publisher;
    if (views == null) {
      views = opener.open(ownIncarnation(ledger));
      publisher = views;
    } else {
      views.retireAll();
    }
    hostView = views.openHostView();
    for (MonitorInfo monitor : ledger.monitors()) {
      if (monitor.host().equals(hostName)) {
        toBuild.add(monitor.partition());
      }
    }
  }

  private boolean isOwn(String replica, long nonce) {
    return replica.equals(attachment.replica()) && nonce == attachment.nonce();
  }

  private long ownIncarnation(LedgerQueries ledger) {
    return ledger.replicas().stream()
        .filter(replica -> isOwn(replica.replica(), replica.nonce()))
        .mapToLong(ReplicaInfo::incarnation)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "another process attached as replica "
                        + attachment.replica()
                        + ": stop one of the two"));
  }

  private void follow(long sequence, Event event) throws IOException {
    RevocationInfo completed = pending.apply(sequence, event);
    switch (event) {
      case Event.ReplicaAttached e ->
          attached |= publisher == null && isOwn(e.replica(), e.nonce());
      case Event.PartitionCreated e -> names.created(e.partition(), e.name());
      case Event.PartitionStateChanged e -> changeState(sequence, e);
      case Event.PagesAssigned e -> {
        ViewWriter view = views.get(e.partition());
        if (view != null) {
          map(view, e.guestFrame(), e.range(), e.rights());
        }
      }
      case Event.PagesRevoked e -> {
        ViewWriter view = views.get(e.partition());
        if (view != null && e.guestFrame() >= 0) {
          view.unmap(e.guestFrame(), e.range().frameCount());
        }
        factsChanged = true;
      }
      case Event.RevocationCompleted e -> {
        factsChanged = true;
        if (completed != null && e.end() instanceof EndState.Owned owned) {
          ViewWriter view = views.get(owned.partition());
          if (view != null) {
            map(view, owned.guestFrame(), completed.range(), owned.rights());
          }
        }
      }
      case Event.MonitorAttached e -> attach(sequence, e);
      case Event.MonitorFenced e -> {
        factsChanged = true;
        ViewWriter view = views.get(e.partition());
        if (view != null) {
          view.setAttachment(0, 0, 0);
        }
      }
      case Event.HostAttached e -> {
        factsChanged = true;
        if (e.host().equals(hostName)) {
          hostFloor = sequence;
        }
      }
      case Event.RevocationAcknowledged e -> factsChanged = true;
      case Event.RevocationScrubbed e -> factsChanged = true;
      case Event.RevocationSplit e -> factsChanged = true;
      case Event.RevocationRedirected e -> factsChanged = true;
      default -> {}
    }
  }

  private void changeState(long sequence, Event.PartitionStateChanged e) throws IOException {
    ViewWriter view = views.get(e.partition());
    if (view != null) {
      view.setPartitionState(number(e.state()));
    }
    if (e.state() == PartitionState.DESTROYED) {
      if (view != null) {
        view.publish(sequence); // its monitor's last word: end
      }
      factsChanged = true;
      names.destroyed(e.partition());
      toBuild.remove(e.partition());
      retire(e.partition());
    }
  }

  private void attach(long sequence, Event.MonitorAttached e) throws IOException {
    factsChanged = true;
    if (!e.host().equals(hostName)) {
      toBuild.remove(e.partition());
      retire(e.partition());
      return;
    }
    ViewWriter view = views.get(e.partition());
    if (view != null) {
      view.setAttachment(e.nonce(), e.incarnation(), sequence);
    } else if (publisher != null) {
      toBuild.add(e.partition());
    }
  }

  private void retire(int partition) throws IOException {
    ViewPublisher opened = publisher;
    if (views.remove(partition) != null && opened != null) {
      opened.retirePartitionView(partition);
    }
  }

  /** Lets everyone see the state at the ledger's sequence. */
  private void publish(LedgerQueries ledger) throws IOException {
    if (attached) {
      attached = false;
      begin(ledger);
    }
    ViewPublisher opened = publisher;
    if (opened != null) {
      for (int partition : toBuild) {
        build(opened, partition, ledger);
      }
      toBuild.clear();
      for (ViewWriter view : views.values()) {
        view.publish(ledger.sequence());
      }
    }
    if (factsChanged) {
      facts = factsOf(ledger);
      hostContent = contentOf(facts);
      factsChanged = false;
    } else {
      facts = facts.at(ledger.sequence());
    }
    if (opened != null) {
      Objects.requireNonNull(hostView).publish(ledger.sequence(), hostContent);
      opened.beat(ledger.sequence());
    }
  }

  private void build(ViewPublisher opened, int partition, LedgerQueries ledger) throws IOException {
    String name = names.nameOf(partition);
    MonitorInfo monitor = ledger.monitor(partition).orElse(null);
    if (name == null || monitor == null) {
      return; // attached and gone again within this batch
    }
    ViewWriter view = opened.openPartitionView(partition, name);
    views.put(partition, view);
    ledger.partitionById(partition).ifPresent(info -> view.setPartitionState(number(info.state())));
    view.setAttachment(monitor.nonce(), monitor.incarnation(), monitor.attachedAt());
    try {
      ledger
          .memoryMap(partition)
          .forEachRun(
              (guestFrame, hostFrame, count, rights) ->
                  mapUnchecked(view, guestFrame, new PageRange(hostFrame, count), rights));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void mapUnchecked(ViewWriter view, long guestFrame, PageRange host, Rights rights) {
    try {
      map(view, guestFrame, host, rights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Maps what lies in this host's window: another host's memory cannot be reached from here. */
  private void map(ViewWriter view, long guestFrame, PageRange host, Rights rights)
      throws IOException {
    if (host.overlaps(window)) {
      long first = Math.max(host.firstFrame(), window.firstFrame());
      long end = Math.min(host.endFrame(), window.endFrame());
      view.map(guestFrame + first - host.firstFrame(), PageRange.between(first, end), rights);
    }
  }

  private HostFacts factsOf(LedgerQueries ledger) {
    Map<String, MonitorInfo> monitors = new HashMap<>();
    for (MonitorInfo monitor : ledger.monitors()) {
      String name = names.nameOf(monitor.partition());
      if (name != null) {
        monitors.put(name, monitor);
      }
    }
    Optional<HostInfo> host =
        ledger.hosts().stream().filter(h -> h.host().equals(hostName)).findFirst();
    Set<Long> due = new TreeSet<>();
    pending.due(MOST_SCRUBS).forEach(revocation -> due.add(revocation.revocation()));
    return new HostFacts(
        ledger.sequence(),
        publisher != null,
        host,
        names.existing(),
        monitors,
        pending.awaited(),
        due);
  }

  private HostContent contentOf(HostFacts known) {
    List<HostContent.Scrub> scrubs = new ArrayList<>();
    for (RevocationInfo due : pending.due(MOST_SCRUBS)) {
      PageRange range = due.range();
      scrubs.add(
          new HostContent.Scrub(
              due.revocation(),
              range.firstFrame() - window.firstFrame(),
              range.frameCount(),
              true));
    }
    List<HostContent.Monitor> monitors = new ArrayList<>();
    known
        .monitors()
        .forEach(
            (name, monitor) -> {
              if (monitor.host().equals(hostName)) {
                monitors.add(
                    new HostContent.Monitor(
                        monitor.partition(), name, monitor.incarnation(), monitor.nonce()));
              }
            });
    return known
        .host()
        .map(h -> new HostContent(h.nonce(), h.incarnation(), hostFloor, scrubs, monitors))
        .orElseGet(() -> new HostContent(0, 0, 0, scrubs, monitors));
  }

  /** As a view says it. */
  private static int number(PartitionState state) {
    return switch (state) {
      case CREATED -> 0;
      case RUNNING -> 1;
      case PAUSED -> 2;
      case STOPPED -> 3;
      case ZOMBIE -> 4;
      case DESTROYED -> 5;
    };
  }
}
