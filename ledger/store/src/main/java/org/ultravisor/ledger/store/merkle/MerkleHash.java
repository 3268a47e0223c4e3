package org.ultravisor.ledger.store.merkle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A hash of a leaf, a node or a whole tree: 32 bytes of SHA-256. Immutable. */
public final class MerkleHash {
  public static final int BYTES = 32;

  /** Looking one up costs more than hashing a node; each is left as if new after use. */
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(MerkleHash::sha256);

  /** The root of a tree without leaves: the hash of no bytes. */
  public static final MerkleHash EMPTY = new MerkleHash(SHA_256.get().digest());

  private static final byte LEAF = 0x00;
  private static final byte NODE = 0x01;

  private final byte[] bytes;

  private MerkleHash(byte[] bytes) {
    this.bytes = bytes;
  }

  public static MerkleHash ofLeaf(byte[] leaf) {
    return ofLeaf(leaf, 0, leaf.length);
  }

  /** Of a leaf that is a part of an array. */
  public static MerkleHash ofLeaf(byte[] bytes, int from, int length) {
    MessageDigest digest = SHA_256.get();
    digest.update(LEAF);
    digest.update(bytes, from, length);
    return new MerkleHash(digest.digest());
  }

  public static MerkleHash ofNode(MerkleHash left, MerkleHash right) {
    MessageDigest digest = SHA_256.get();
    digest.update(NODE);
    digest.update(left.bytes);
    digest.update(right.bytes);
    return new MerkleHash(digest.digest());
  }

  /**
   * @param bytes 32 of them
   */
  public static MerkleHash of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a hash has 32 bytes, found " + bytes.length);
    }
    return new MerkleHash(bytes.clone());
  }

  /** Parses what {@link #toString} prints. */
  public static MerkleHash parse(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  /** A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Writes the 32 bytes into an array. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, BYTES);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MerkleHash hash && Arrays.equals(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** 64 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
