package org.ultravisor.ledger.core;

import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;

/**
 * Who asks, as the channel authenticated it. Sessions belong to the name; what may be asked follows
 * from the roles.
 *
 * @param name from the certificate's subject
 * @param roles in the order of {@link Role}, none twice; MONITOR if and only if there are
 *     partitions
 * @param partitions those for which it is the monitor, ascending
 */
public record Principal(String name, List<Role> roles, List<String> partitions) {
  private static final String LOCAL_NAME = "(local)"; // no certificate may have such a name
  private static final List<Role> LOCAL_ROLES =
      List.of(Role.OPERATIONS, Role.COMMAND, Role.REPLICA, Role.AUDITOR);

  /**
   * Whoever is on this machine, where the configuration lets plain text in. Has every role; REPLICA
   * may all that MONITOR may, of any partition.
   */
  public static final Principal LOCAL = new Principal(LOCAL_NAME, LOCAL_ROLES, List.of());

  /** Of one certificate. */
  static final int MOST_PARTITIONS = 1024;

  public Principal {
    partitions.forEach(partition -> Shape.name("a monitor's partition", partition));
    Shape.between("partitions of a monitor", partitions.size(), 0, MOST_PARTITIONS);
    partitions = List.copyOf(new TreeSet<>(partitions));
    EnumSet<Role> given = EnumSet.noneOf(Role.class);
    given.addAll(roles);
    roles = List.copyOf(given);
    if (name.equals(LOCAL_NAME)) {
      if (!roles.equals(LOCAL_ROLES) || !partitions.isEmpty()) {
        throw new IllegalArgumentException(LOCAL_NAME + " has every role, not only " + roles);
      }
    } else {
      Shape.name("a principal's name", name);
    }
    if (roles.contains(Role.MONITOR) == partitions.isEmpty()) {
      throw new IllegalArgumentException(
          "a MONITOR is one of partitions, and only a MONITOR is: '%s' is %s of %s"
              .formatted(name, roles, partitions));
    }
  }

  /** A principal without partitions. */
  public static Principal of(String name, Role... roles) {
    return new Principal(name, List.of(roles), List.of());
  }

  /** The monitor of these partitions. */
  public static Principal monitor(String name, String... partitions) {
    return new Principal(name, List.of(Role.MONITOR), List.of(partitions));
  }

  /** Whether it is {@link #LOCAL}. */
  public boolean isLocal() {
    return name.equals(LOCAL_NAME);
  }

  public boolean has(Role role) {
    return roles.contains(role);
  }

  /** Such as {@code 'ops-1' (OPERATIONS, MONITOR of web-1)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("'").append(name).append("' (");
    for (Role role : roles) {
      text.append(role == roles.getFirst() ? "" : ", ").append(role);
      if (role == Role.MONITOR) {
        text.append(" of ").append(String.join(", ", partitions));
      }
    }
    return text.append(roles.isEmpty() ? "no role)" : ")").toString();
  }
}
