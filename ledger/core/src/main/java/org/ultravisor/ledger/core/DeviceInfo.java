package org.ultravisor.ledger.core;

/**
 * An installed device.
 *
 * @param iommuGroup -1 where there is no IOMMU
 * @param partition who has it; 0 if it is free
 */
public record DeviceInfo(
    String address, int deviceClass, int iommuGroup, int cell, int partition) {}
