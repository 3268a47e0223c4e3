package org.ultravisor.ledger.command.client;

/**
 * An answer about the state.
 *
 * @param sequence of the last transaction whose effects it shows
 */
public record Read<T>(long sequence, T value) {}
