package org.ultravisor.ledger.command;

import org.ultravisor.mapping.Rights;

/**
 * Consecutive guest frames that a partition sees at consecutive host frames.
 *
 * @param frames how many
 */
public record MemoryRun(long firstGuestFrame, long firstHostFrame, long frames, Rights rights) {}
