package org.ultravisor.node.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.bridge.HostContent;
import org.ultravisor.bridge.HostViewWriter;
import org.ultravisor.bridge.ViewPublisher;
import org.ultravisor.ledger.core.Event;
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
  private static final int WINDOW_BITS = 40;

  private final Operation.AttachReplica attachment;
  private final String hostName;
  private final Opener opener;
  private final PendingRevocations pending;
  private final PartitionNames names = new PartitionNames();
  private final PartitionViews views;
  private final MapChanges maps;
  private final HostDigest digest;
  private boolean attached;
  private boolean factsChanged = true;

  private HostContent hostContent = HostContent.EMPTY;
  private long hostFloor;
  private @Nullable HostViewWriter hostView;
  private volatile @Nullable ViewPublisher publisher;
  private volatile HostFacts facts = HostFacts.NONE;
  private volatile boolean leading;
  private volatile Runnable awaited = () -> {};

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
    PageRange frames = new PageRange((long) window << WINDOW_BITS, 1L << WINDOW_BITS);
    this.pending = new PendingRevocations(window);
    this.views = new PartitionViews(frames, names);
    this.maps = new MapChanges(views);
    this.digest = new HostDigest(hostName, frames, names, pending);
  }

  /** Where the views are written; null until this replica's attachment was applied. */
  @Nullable ViewPublisher publisher() {
    return publisher;
  }

  /** What the ledger says about this host now. */
  HostFacts facts() {
    return facts;
  }

  /** Done on the apply thread, quickly, whenever the facts change and an answer is awaited. */
  void onAwaited(Runnable awaits) {
    awaited = awaits;
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
      maps.reset(ledger);
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
    factsChanged = true;
    ViewPublisher opened = publisher;
    if (opened == null) {
      opened = opener.open(ownIncarnation(ledger));
      publisher = opened;
    } else {
      opened.retireAll();
    }
    views.begin(opened);
    hostView = opened.openHostView();
    for (MonitorInfo monitor : ledger.monitors()) {
      if (monitor.host().equals(hostName)) {
        views.want(monitor.partition());
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
    maps.follow(event, completed);
    factsChanged |= PendingRevocations.concerns(event);
    switch (event) {
      case Event.ReplicaAttached e ->
          attached |= publisher == null && isOwn(e.replica(), e.nonce());
      case Event.PartitionCreated e -> names.created(e.partition(), e.name());
      case Event.PartitionStateChanged e -> changeState(sequence, e);
      case Event.MonitorAttached e -> attach(sequence, e);
      case Event.MonitorFenced e -> {
        factsChanged = true;
        views.setAttachment(e.partition(), 0, 0, 0);
      }
      case Event.HostAttached e -> {
        factsChanged = true;
        if (e.host().equals(hostName)) {
          hostFloor = sequence;
        }
      }
      default -> {}
    }
  }

  private void changeState(long sequence, Event.PartitionStateChanged e) throws IOException {
    if (e.state() == PartitionState.DESTROYED) {
      factsChanged = true;
      names.destroyed(e.partition());
      views.end(e.partition(), sequence);
    } else {
      views.setState(e.partition(), e.state());
    }
  }

  private void attach(long sequence, Event.MonitorAttached e) throws IOException {
    factsChanged = true;
    if (e.host().equals(hostName)) {
      views.setAttachment(e.partition(), e.nonce(), e.incarnation(), sequence);
      views.want(e.partition());
    } else {
      views.retire(e.partition());
    }
  }

  /** Lets everyone see the state at the ledger's sequence. */
  private void publish(LedgerQueries ledger) throws IOException {
    if (attached) {
      attached = false;
      begin(ledger);
    }
    views.publish(ledger);
    ViewPublisher opened = publisher;
    boolean changed = factsChanged;
    if (changed) {
      facts = digest.facts(ledger, opened != null);
      hostContent = digest.content(facts, hostFloor);
      factsChanged = false;
    } else {
      facts = facts.at(ledger.sequence());
    }
    HostViewWriter host = hostView;
    if (opened != null && host != null) {
      host.publish(ledger.sequence(), hostContent);
      opened.beat(ledger.sequence());
    }
    if (changed && facts.somethingIsAwaited()) { // by who can see now what is to be answered
      awaited.run();
    }
  }
}
