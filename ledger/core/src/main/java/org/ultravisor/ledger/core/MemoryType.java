package org.ultravisor.ledger.core;

/** What a memory region is made of. */
public enum MemoryType {
  DRAM,
  PMEM,
  CXL
}
