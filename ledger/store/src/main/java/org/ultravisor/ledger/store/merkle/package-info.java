/**
 * The Merkle tree of the audit log, hashed as RFC 9162 says: SHA-256, 0x00 before a leaf's bytes,
 * 0x01 before two nodes' hashes. Pure: no IO; where the nodes are is a port ({@code MerkleNodes}).
 *
 * <p>A node is named by its level and its index there: node (l, i) covers the leaves {@code [i·2^l,
 * (i+1)·2^l)}, counted from 0. Only nodes whose leaves are all there have a name; they never
 * change, and the root of every earlier size can be computed from them.
 */
@NullMarked
package org.ultravisor.ledger.store.merkle;

import org.jspecify.annotations.NullMarked;
