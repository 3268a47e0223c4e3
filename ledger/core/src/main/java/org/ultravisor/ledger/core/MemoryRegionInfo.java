package org.ultravisor.ledger.core;

import org.ultravisor.mapping.PageRange;

/** Installed memory, as it was added less what was removed; ascending and disjoint. */
public record MemoryRegionInfo(PageRange range, int cell, MemoryType type) {}
