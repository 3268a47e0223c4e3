package org.ultravisor.ledger.core;

/** An attached replica. */
public record ReplicaInfo(String replica, long incarnation, long nonce) {}
