package org.ultravisor.ledger.store.merkle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tree against the definition of RFC 9162, section 2.1, written down as it stands there. */
class MerkleTreeTest {
  private static final int LEAVES = 70;

  private record Name(int level, long index) {}

  private final List<byte[]> leaves = new ArrayList<>();
  private final Map<Name, MerkleHash> nodes = new HashMap<>();
  private final MerkleFrontier frontier = new MerkleFrontier();
  private final MerkleTree tree = new MerkleTree(this::node);

  private MerkleHash node(int level, long index) {
    MerkleHash hash = nodes.get(new Name(level, index));
    if (hash == null) {
      throw new IllegalStateException("node (%d, %d) is not complete".formatted(level, index));
    }
    return hash;
  }

  private void append(byte[] leaf) {
    leaves.add(leaf);
    frontier.append(
        MerkleHash.ofLeaf(leaf),
        (level, index, hash) -> assertEquals(null, nodes.put(new Name(level, index), hash)));
  }

  private static MerkleHash naive(List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      return MerkleHash.EMPTY;
    }
    if (leaves.size() == 1) {
      return MerkleHash.ofLeaf(leaves.getFirst());
    }
    int split = 1;
    while (split * 2 < leaves.size()) {
      split *= 2;
    }
    return MerkleHash.ofNode(
        naive(leaves.subList(0, split)), naive(leaves.subList(split, leaves.size())));
  }

  /** The vectors that certificate transparency logs are tested with. */
  @Test
  void knownVectors() {
    String[] inputs = {
      "",
      "00",
      "10",
      "2021",
      "3031",
      "40414243",
      "5051525354555657",
      "606162636465666768696a6b6c6d6e6f"
    };
    String[] roots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    };
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        frontier.root().toString());
    for (int i = 0; i < inputs.length; i++) {
      append(HexFormat.of().parseHex(inputs[i]));
      assertEquals(roots[i], frontier.root().toString(), "root of " + (i + 1));
    }
  }

  @Test
  void everySizeHasTheRootOfTheDefinition() {
    for (int size = 0; size <= LEAVES; size++) {
      assertEquals(naive(leaves), frontier.root(), "size " + size);
      assertEquals(size, frontier.size());
      append(("leaf " + size).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    for (int size = 0; size <= LEAVES; size++) {
      assertEquals(naive(leaves.subList(0, size)), tree.rootAt(size), "later, size " + size);
    }
  }

  @Test
  void aFrontierRebuiltFromNodesGoesOnAsBefore() {
    for (int size = 0; size < LEAVES; size++) {
      append(new byte[] {(byte) size});
      MerkleFrontier rebuilt = new MerkleFrontier(frontier.size(), this::node);
      assertEquals(frontier.root(), rebuilt.root());
      MerkleFrontier other = new MerkleFrontier(frontier.size(), this::node);
      other.append(MerkleHash.ofLeaf(new byte[] {9, 9}), (level, index, hash) -> {});
      List<byte[]> longer = new ArrayList<>(leaves);
      longer.add(new byte[] {9, 9});
      assertEquals(naive(longer), other.root());
    }
  }

  @Test
  void everyLeafIsProvedInEverySizeAndNoOtherIs() {
    for (int i = 0; i < LEAVES; i++) {
      append(new byte[] {(byte) i});
    }
    for (int size = 1; size <= LEAVES; size++) {
      MerkleHash root = tree.rootAt(size);
      for (int leaf = 0; leaf < size; leaf++) {
        InclusionProof proof = tree.inclusion(leaf, size);
        assertTrue(proof.provesUnder(root), leaf + " in " + size);
        assertFalse(with(proof, proof.index(), MerkleHash.EMPTY).provesUnder(root));
        assertFalse(proof.provesUnder(MerkleHash.EMPTY));
        if (size > 1) {
          assertFalse(with(proof, (leaf + 1) % size, proof.leaf()).provesUnder(root));
          assertFalse(
              new InclusionProof(
                      leaf, size, proof.leaf(), proof.path().subList(1, proof.path().size()))
                  .provesUnder(root));
        }
      }
    }
    assertThrows(IllegalArgumentException.class, () -> tree.inclusion(3, 3));
  }

  private static InclusionProof with(InclusionProof proof, long index, MerkleHash leaf) {
    return new InclusionProof(index, proof.size(), leaf, proof.path());
  }

  @Test
  void hashesParseAsTheyPrint() {
    MerkleHash hash = MerkleHash.ofLeaf(new byte[] {1});
    assertEquals(hash, MerkleHash.parse(hash.toString()));
    assertEquals(hash, MerkleHash.of(hash.bytes()));
    assertThrows(IllegalArgumentException.class, () -> MerkleHash.of(new byte[31]));
  }
}
