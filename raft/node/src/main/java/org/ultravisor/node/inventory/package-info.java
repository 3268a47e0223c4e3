/**
 * What this machine is made of: memory, cells, processors and PCI devices, read from {@code /proc}
 * and {@code /sys} below a root that tests replace. Start with {@link
 * org.ultravisor.node.inventory.InventoryReader}.
 */
@NullMarked
package org.ultravisor.node.inventory;

import org.jspecify.annotations.NullMarked;
