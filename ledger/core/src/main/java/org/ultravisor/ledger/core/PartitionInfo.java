package org.ultravisor.ledger.core;

import java.util.SortedMap;

/**
 * A partition as the ledger has it now.
 *
 * @param version sequence of the last transaction that changed it or what it holds
 * @param chargedPages what counts against its limit: owned ones, those being revoked from it and
 *     those reserved for it included, and those on their way to it
 * @param actualPages what it can use now
 * @param requestedPages what it will have once everything pending is done: donations arrived and
 *     reservations posted
 * @param reservedPages what reservations hold for it
 * @param lentPages its own that it lends, and cannot use, or shares
 * @param borrowedPages others' that it can use
 * @param processors those that reservations hold for it included, as with devices
 * @param monitorIncarnation the attached monitor's; 0 if none is attached
 */
public record PartitionInfo(
    int id,
    String name,
    PartitionKind kind,
    PartitionState state,
    Limits limits,
    SortedMap<String, String> labels,
    long version,
    long chargedPages,
    long actualPages,
    long requestedPages,
    long reservedPages,
    long lentPages,
    long borrowedPages,
    int processors,
    int devices,
    long monitorIncarnation) {}
