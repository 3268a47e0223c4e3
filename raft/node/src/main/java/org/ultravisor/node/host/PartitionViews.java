package org.ultravisor.node.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.bridge.ViewPublisher;
import org.ultravisor.bridge.ViewWriter;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.PartitionState;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * The views of the partitions whose monitors are attached on this host. A view is built from the
 * ledger once, at the end of the batch in which its monitor attached, and changed fact by fact from
 * then on. One thread.
 *
 * <p>Always, after {@link #publish}: exactly the wanted partitions have a view, each stands at the
 * ledger's sequence, and none was written before {@link #begin}.
 */
final class PartitionViews {
  private final PageRange window;
  private final PartitionNames names;
  private final Map<Integer, ViewWriter> views = new HashMap<>();
  private final Set<Integer> toBuild = new TreeSet<>();
  private @Nullable ViewPublisher publisher;

  /**
   * @param window this host's frames: others cannot be reached from here and are left out
   */
  PartitionViews(PageRange window, PartitionNames names) {
    this.window = window;
    this.names = names;
  }

  /** From now on views are written through this publisher, which has none open. */
  void begin(ViewPublisher opened) {
    publisher = opened;
    views.clear();
    toBuild.clear();
  }

  /** This partition has a monitor here: its view is built with the next {@link #publish}. */
  void want(int partition) {
    if (publisher != null && !views.containsKey(partition)) {
      toBuild.add(partition);
    }
  }

  /** This partition has no monitor here any more. */
  void retire(int partition) throws IOException {
    toBuild.remove(partition);
    ViewPublisher opened = publisher;
    if (views.remove(partition) != null && opened != null) {
      opened.retirePartitionView(partition);
    }
  }

  /** The partition is gone: its monitor reads so in the last version. */
  void end(int partition, long sequence) throws IOException {
    ViewWriter view = views.get(partition);
    if (view != null) {
      view.setPartitionState(number(PartitionState.DESTROYED));
      view.publish(sequence);
    }
    retire(partition);
  }

  void setState(int partition, PartitionState state) {
    ViewWriter view = views.get(partition);
    if (view != null) {
      view.setPartitionState(number(state));
    }
  }

  /** Says who is attached; all numbers 0 if nobody is. */
  void setAttachment(int partition, long nonce, long incarnation, long floor) {
    ViewWriter view = views.get(partition);
    if (view != null) {
      view.setAttachment(nonce, incarnation, floor);
    }
  }

  /** Lets a partition see pages, or see them with other rights than before. */
  void map(int partition, long guestFrame, PageRange host, Rights rights) throws IOException {
    ViewWriter view = views.get(partition);
    if (view != null) {
      map(view, guestFrame, host, rights);
    }
  }

  void unmap(int partition, long guestFrame, long frameCount) throws IOException {
    ViewWriter view = views.get(partition);
    if (view != null) {
      view.unmap(guestFrame, frameCount);
    }
  }

  /** Builds what is wanted and lets everyone see the state at the ledger's sequence. */
  void publish(LedgerQueries ledger) throws IOException {
    ViewPublisher opened = publisher;
    if (opened == null) {
      return;
    }
    for (int partition : toBuild) {
      build(opened, partition, ledger);
    }
    toBuild.clear();
    for (ViewWriter view : views.values()) {
      view.publish(ledger.sequence());
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
    ledger.partitionById(partition).ifPresent(info -> setState(partition, info.state()));
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

  private void map(ViewWriter view, long guestFrame, PageRange host, Rights rights)
      throws IOException {
    if (host.overlaps(window)) {
      long first = Math.max(host.firstFrame(), window.firstFrame());
      long end = Math.min(host.endFrame(), window.endFrame());
      view.map(guestFrame + first - host.firstFrame(), PageRange.between(first, end), rights);
    }
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
