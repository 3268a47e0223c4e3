package org.ultravisor.raft.replica;

/** How replicas talk to each other. All of a cluster use the same. */
public enum Transport {
  /** Our own, over TCP: a third of the latency and of the processor time (docs/adr). */
  WIRE,
  /** Ratis' gRPC, as the reference. */
  GRPC
}
