package org.ultravisor.ledger.core;

/**
 * An installed processor.
 *
 * @param partition who has it; 0 if it is free
 */
public record ProcessorInfo(int processor, int cell, int partition) {}
