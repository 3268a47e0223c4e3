/**
 * Which descriptor holds which page, and which host page a partition sees at which guest page.
 *
 * <p>Pure: depends on the JDK only; no IO, clock, randomness or threads of its own. Start with
 * {@link org.ultravisor.mapping.OwnerMap} and {@link org.ultravisor.mapping.MemoryMap}. Both are
 * canonical trees of index pages with one writer; their snapshots cost O(1) and may be read on any
 * thread.
 *
 * <pre>
 *   OwnerMap, MemoryMap              what may be asked and changed
 *     PageTree, Packing              canonical split and merge, copy on write
 *       Page (NarrowPage, WidePage)  one index page of a block with many runs
 *       PackedBlock                  all of a block that has few runs
 *       Leaf                         a block of the lowest level with many runs
 *     IndexPageWalk                  the pages that all of these stand for, and how two trees differ
 *     BlockIndex, BlockPage          where a descriptor, or nothing, has whole blocks
 *     AccountTable                   frames by descriptor
 *     ContentHash                    the content's 128 bits, kept by the difference
 * </pre>
 *
 * <p>The garbage collector frees pages: one that neither the tree nor a reachable snapshot holds is
 * gone, so a snapshot that nobody closes costs memory only while it is reachable.
 */
@NullMarked
package org.ultravisor.mapping;

import org.jspecify.annotations.NullMarked;
