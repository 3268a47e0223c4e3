package org.ultravisor.node;

import org.ultravisor.node.cli.Ultravisor;

/** Where the launcher enters. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Ultravisor.run(args));
  }
}
