package org.ultravisor.ledger.core;

/**
 * An installed device.
 *
 * @param iommuGroup -1 where there is no IOMMU
 * @param partition who has it, or for whom it is held; 0 if it is free
 * @param reservation that holds it, so that nobody sees it yet; 0 if none
 */
public record DeviceInfo(
    String address, int deviceClass, int iommuGroup, int cell, int partition, long reservation) {

  /** With another holder. */
  DeviceInfo heldBy(int otherPartition, long otherReservation) {
    return new DeviceInfo(address, deviceClass, iommuGroup, cell, otherPartition, otherReservation);
  }

  /** Whether the partition has it and sees it. */
  boolean isAssignedTo(int somePartition) {
    return partition == somePartition && reservation == 0;
  }
}
