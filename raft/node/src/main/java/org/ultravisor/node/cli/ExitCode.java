package org.ultravisor.node.cli;

/** How a command ends; part of the command line's stable contract. */
public final class ExitCode {
  public static final int OK = 0;

  /** Definite: the ledger refused, or the command could not be done. */
  public static final int FAILED = 1;

  /** The command line makes no sense. */
  public static final int USAGE = 2;

  /** It may or may not have happened; the message says how to find out. */
  public static final int UNKNOWN = 3;

  private ExitCode() {}
}
