package org.ultravisor.ledger.core;

/**
 * A partition was promised a service: as long as it runs, no transaction takes its last path.
 *
 * @param partition number of the partition
 * @param service number of the service
 */
public record PromiseInfo(int partition, long service) {
  private static final int SERVICE_BITS = 31;

  static long key(int partition, long service) {
    return (long) partition << SERVICE_BITS | service;
  }

  long key() {
    return key(partition, service);
  }

  static PromiseInfo ofKey(long key) {
    return new PromiseInfo((int) (key >>> SERVICE_BITS), key & ((1L << SERVICE_BITS) - 1));
  }
}
