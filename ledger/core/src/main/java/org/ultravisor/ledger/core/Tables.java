package org.ultravisor.ledger.core;

/**
 * The tables of the state: the number, key and value of every record. Keys and values are
 * big-endian; {@code u8}, {@code u16}, {@code i32}, {@code i64} are integers of that many bits,
 * {@code text} is a {@code u16} length in bytes and UTF-8. Keys sort as unsigned bytes. The hash of
 * the state is the sum of the records' hashes ({@link org.ultravisor.ledger.core.table.HashSum}),
 * except that the owner map brings its own and each memory map counts as one record of its
 * partition's number and its own hash.
 *
 * <pre>
 * table            key                      value
 * CLOCK            i64 0                    i64 sequence, i64 ledger time
 * COUNTERS         i64 counter (Counter)    i64 the next number that it issues
 * REGIONS          i64 first frame          i64 frames, i32 cell, text memory type
 * OWNER_MAP        i64 first frame,         an index page: (u16 slots, i32 slot)*, equal slots
 *                  u8 depth, root 0         together; a slot that is subdivided is 2^31
 * PARTITIONS       i64 partition            text name, text kind, text state, i64 pages,
 *                                           i32 processors, u16 labels, (text key, text value)*
 * VERSIONS         i64 partition            i64 sequence of the last change
 * MEMORY_MAPS      i64 partition,           an index page: (u16 slots, i64 host frame × 8 +
 *                  i64 first guest frame,   rights)*, slots whose frames follow together;
 *                  u8 depth, root 0         0 is nothing, -1 subdivided. None of 0 and -1 alone
 * REVOCATIONS      i64 revocation           i32 partition, i64 first frame, i64 frames,
 *                                           i64 first guest frame, i64 revoked at, u8 scrub,
 *                                           end (u8 0 | u8 1, i32 partition, i64 guest frame,
 *                                           u8 rights | u8 2 | u8 3 | u8 4 | u8 5, u8 rights),
 *                                           u16 awaited, (i64 incarnation)*
 * PROCESSORS       i64 processor            i32 cell, i32 partition, i64 reservation
 * DEVICES          i64 domain × 65536 +     i32 class, i32 IOMMU group, i32 cell, i32 partition,
 *                  bus × 256 + device × 8   i64 reservation
 *                  + function
 * HOSTS            i64 window               text name, i64 incarnation, i64 nonce
 * MONITORS         i64 partition            text host, i64 incarnation, i64 nonce, i64 attached at,
 *                                           i64 acknowledged
 * REPLICAS         i64 number               text name, i64 incarnation, i64 nonce
 * SESSIONS         i64 session              i64 nonce, i64 lowest unanswered, i64 last sequence,
 *                                           i64 last time; text owner unless (local)
 * ANSWERS          i64 session × 1024 +     i64 request id, i64 sequence, i64 fingerprint
 *                  request id mod 1024
 * LOANS            i64 loan                 text kind, i32 partition, i64 first frame, i64 frames,
 *                                           i64 channel, i32 pieces, (i64 first frame, i64 frames,
 *                                           i64 guest frame, u8 rights)*, u16 borrowers,
 *                                           (i32 partition, u8 rights, text state,
 *                                           i64 guest frame)*
 * CHANNELS         i64 channel              text name, i32 server, i32 client, text state
 * RESERVATIONS     i64 reservation          text name, i32 partition, i64 frames asked for,
 *                                           text tier, i64 deadline,
 *                                           i32 ranges, (i64 first frame, i64 frames)*,
 *                                           i32 processors, (i32 processor)*,
 *                                           i32 devices, (i64 key in DEVICES)*
 * POLICIES         i64 policy               text name, i64 version, i32 bytes, UTF-8
 * SERVICES         i64 service              text name, i32 device class, u16 servers,
 *                                           (i32 partition)*
 * PROMISES         i64 partition × 2^31 +   nothing
 *                  service
 * REPLICA_RULES    i64 key in REPLICAS      i64 the newest rules that it announced
 * </pre>
 */
public final class Tables {
  public static final int CLOCK = 0;
  public static final int COUNTERS = 1;
  public static final int REGIONS = 2;
  public static final int OWNER_MAP = 3;
  public static final int PARTITIONS = 4;
  public static final int VERSIONS = 5;
  public static final int MEMORY_MAPS = 6;
  public static final int REVOCATIONS = 7;
  public static final int PROCESSORS = 8;
  public static final int DEVICES = 9;
  public static final int HOSTS = 10;
  public static final int MONITORS = 11;
  public static final int REPLICAS = 12;
  public static final int SESSIONS = 13;
  public static final int ANSWERS = 14;
  public static final int LOANS = 15;
  public static final int CHANNELS = 16;
  public static final int RESERVATIONS = 17;
  public static final int POLICIES = 18;
  public static final int SERVICES = 19;
  public static final int PROMISES = 20;
  public static final int REPLICA_RULES = 21;

  private Tables() {}
}
