/**
 * The figures of the goals, measured: {@code ultravisor bench list|run}. A case prepares what it
 * needs (a fresh cluster of its own where it needs one), is run several times and yields
 * measurements.
 */
@NullMarked
package org.ultravisor.bench;

import org.jspecify.annotations.NullMarked;
