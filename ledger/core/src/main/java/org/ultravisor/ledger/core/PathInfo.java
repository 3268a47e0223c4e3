package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;

/**
 * One server of a service that a partition was promised.
 *
 * @param service name
 * @param server name; empty if the service has no server left
 * @param missing what keeps it from being a path; null if it is one
 */
public record PathInfo(String service, String server, @Nullable String missing) {
  public boolean isPath() {
    return missing == null;
  }
}
