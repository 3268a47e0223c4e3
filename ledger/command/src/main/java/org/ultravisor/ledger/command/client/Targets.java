package org.ultravisor.ledger.command.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Whom to ask: the replica last known to lead, or the next in turn. On the client's thread. */
final class Targets {
  private final List<URI> known;
  private int preferred;

  Targets(List<URI> addresses) {
    this.known = new ArrayList<>(addresses);
  }

  URI preferred() {
    return known.get(preferred);
  }

  int size() {
    return known.size();
  }

  List<URI> all() {
    return List.copyOf(known);
  }

  /** There is this one, too. */
  void add(URI address) {
    if (!known.contains(address)) {
      known.add(address);
    }
  }

  /** A replica said that this one leads. */
  void leads(URI address) {
    add(address);
    preferred = known.indexOf(address);
  }

  /** This one did not answer: the next, unless another request has moved on already. */
  void failed(URI address) {
    if (preferred().equals(address)) {
      preferred = (preferred + 1) % known.size();
    }
  }
}
