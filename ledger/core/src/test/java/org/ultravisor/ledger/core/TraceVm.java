package org.ultravisor.ledger.core;

/**
 * One virtual machine of a trace.
 *
 * @param name unique in its trace
 * @param batch those of one batch come together or not at all
 * @param start seconds from the trace's start
 * @param end not before the start; {@link Long#MAX_VALUE} if the trace ends first
 * @param processors whole ones
 * @param mebibytes of memory, perhaps none
 */
record TraceVm(String name, long batch, long start, long end, int processors, long mebibytes) {
  /** 4 KiB frames in a MiB. */
  private static final long FRAMES = 256;

  long frames() {
    return mebibytes * FRAMES;
  }
}
