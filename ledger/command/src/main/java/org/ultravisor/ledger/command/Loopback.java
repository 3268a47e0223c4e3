package org.ultravisor.ledger.command;

import java.net.InetAddress;
import java.util.Locale;

/** Which hosts are this machine, without asking anybody for their addresses. */
public final class Loopback {
  private Loopback() {}

  /** Whether it is {@code localhost} or a literal loopback address. */
  public static boolean is(String host) {
    if (host.toLowerCase(Locale.ROOT).equals("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(
              host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
          .isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false; // a name, which may be anywhere
    }
  }
}
