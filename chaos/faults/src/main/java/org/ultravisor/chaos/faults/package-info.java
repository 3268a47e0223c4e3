/**
 * Faults of a disk and of a machine, planted into processes: {@code Shim} starts a process whose
 * calls that change files are counted, recorded, killed, failed or delayed by {@code libfaults.so};
 * {@code Journal} reads what was recorded; {@code DiskImage} is the disk after any number of those
 * calls, which is what a SIGKILL between two of them leaves.
 */
@NullMarked
package org.ultravisor.chaos.faults;

import org.jspecify.annotations.NullMarked;
