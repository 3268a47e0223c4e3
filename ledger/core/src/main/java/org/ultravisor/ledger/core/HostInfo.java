package org.ultravisor.ledger.core;

/** An attached host: its window of frame numbers and its agent's incarnation. */
public record HostInfo(String host, int window, long incarnation, long nonce) {}
