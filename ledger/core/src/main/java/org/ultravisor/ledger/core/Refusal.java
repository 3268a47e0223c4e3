package org.ultravisor.ledger.core;

/**
 * Why a transaction was refused, in order of precedence: of several reasons, the first in this list
 * is given. Codes are stable and never reused; ordinals are not part of any format.
 */
public enum Refusal {
  // ---- who asks; recorded whatever else is wrong, unless it is a retry that has its answer
  NOT_PERMITTED(24, "The principal's roles do not allow this, or the session is another's."),

  // ---- the request as such; it has no leaf
  SESSION_EXPIRED(1, "The session is not open: never issued, or expired by the log's rule."),
  REQUEST_ID_REUSED(2, "This request id was used in this session for another request."),
  REQUEST_ID_FORGOTTEN(3, "The client said that it no longer wants this request's answer."),
  TOO_MANY_OUTSTANDING(
      4, "More than 1,024 request ids lie between the lowest unanswered one and this."),
  SESSION_REQUIRED(5, "Only operations that are harmless when done twice need no session."),

  // ---- preconditions
  PRECONDITION_PARTITION_VERSION(20, "The partition's version is not the one expected."),
  PRECONDITION_PAGE_OWNER(21, "Not every page of the range is owned by the partition expected."),
  PRECONDITION_SEQUENCE(22, "Other transactions came after the sequence expected."),
  PRECONDITION_POLICY_VERSION(23, "The policy document's version is not the one expected."),

  // ---- names
  RESERVATION_EXISTS(52, "A reservation of this name is held."),
  CHANNEL_EXISTS(49, "A channel of this name is open."),
  PARTITION_EXISTS(40, "A partition of this name exists."),
  PARTITION_NOT_FOUND(41, "No partition has this name."),
  PROCESSOR_EXISTS(42, "The processor is installed already."),
  PROCESSOR_NOT_FOUND(43, "No such processor is installed."),
  DEVICE_EXISTS(44, "The device is installed already."),
  DEVICE_NOT_FOUND(45, "No such device is installed."),
  HOST_NOT_FOUND(46, "No host of this name is attached."),
  WINDOW_TAKEN(
      47, "Another host has this window of frame numbers, or the host has another window."),
  REPLICA_NOT_FOUND(56, "No replica of this name is attached."),
  REVOCATION_NOT_FOUND(48, "No such revocation is pending; it was completed or never existed."),
  CHANNEL_NOT_FOUND(50, "No channel of this name is open."),
  LOAN_NOT_FOUND(51, "No such loan is open; it was reclaimed or ended, or never existed."),
  POLICY_NOT_FOUND(54, "No policy document has this name."),
  SERVICE_NOT_FOUND(55, "No service has this name."),
  RESERVATION_NOT_FOUND(
      53, "No reservation of this name is held; it was posted, voided, timed out or never made."),

  // ---- state
  PARTITION_STATE(60, "The partition's state does not allow this."),
  PARTITION_KIND(61, "Partitions of this kind do not take part in this."),
  MONITOR_ATTACHED(62, "A monitor is attached and neither gone nor fenced."),
  INCARNATION_STALE(63, "This incarnation is not the attached one."),
  SEQUENCE_AHEAD(64, "The sequence lies in the future."),
  RULES_UNKNOWN(65, "This version of the rules is not newer, or not known to every replica."),
  SCRUB_NOT_DUE(66, "The revocation waits for acknowledgements first, or needs no scrub."),
  LOAN_NOT_LENDER(67, "The partition is not the loan's owner."),
  LOAN_NOT_BORROWER(68, "The partition is not one of the loan's borrowers."),
  LOAN_OF_CHANNEL(69, "The loan carries a channel; close that instead."),
  LOAN_NOT_READY(70, "The owner has not let go of the lent pages yet, or they are not scrubbed."),
  LOAN_HELD(71, "The borrower has retrieved the pages already, or is returning them."),
  LOAN_NOT_HELD(72, "The borrower has not retrieved the pages, or is returning them already."),
  LOAN_IN_USE(73, "A borrower has retrieved the pages and not let go of them yet."),
  LOAN_SCRUB(74, "Only lent pages that no other borrower has can be scrubbed when they return."),
  CHANNEL_CLOSING(75, "The channel is being closed already."),
  RESERVATION_EXPIRED(76, "The reservation's deadline has come."),
  SERVICE_IN_USE(77, "The service is promised to a partition."),

  // ---- pages
  PAGES_OUT_OF_BOUNDS(80, "The range leaves the host's window or the frame numbers."),
  PAGES_INSTALLED(81, "Part of the range is installed already."),
  PAGES_NOT_INSTALLED(82, "Part of the range is not installed."),
  PAGES_POISONED(83, "Part of the range is broken and out of use."),
  PAGES_REVOKING(84, "Part of the range is being revoked or scrubbed."),
  PAGES_RESERVED(91, "Part of the range is held by a reservation."),
  PAGES_NOT_FREE(85, "Part of the range is not available."),
  PAGES_NOT_OWNED(86, "Part of the range is not owned by this partition."),
  PAGES_LENT(92, "Part of the range is lent or shared."),
  RIGHTS_EXCEEDED(93, "A borrower would have rights to a page that its owner does not have."),
  PAGES_MISALIGNED(87, "The number of pages is not a multiple of the tier's block."),
  GUEST_RANGE_TAKEN(88, "The partition sees another page at part of the guest range."),
  GUEST_RANGE_OUT_OF_BOUNDS(89, "The guest range passes the end of guest frame numbers."),
  NOT_ENOUGH_PAGES(90, "The cells do not have enough free blocks of this tier."),

  // ---- processors and devices
  PROCESSOR_NOT_FREE(100, "The processor is assigned to a partition, or held for one."),
  PROCESSOR_NOT_OWNED(101, "The processor is not assigned to this partition."),
  DEVICE_NOT_FREE(
      102,
      "The device, or another of its IOMMU group, is assigned to a partition or held for one."),
  DEVICE_NOT_OWNED(103, "The device is not assigned to this partition."),

  // ---- limits
  PAGE_LIMIT(120, "The partition would hold more pages than its limit."),
  PROCESSOR_LIMIT(121, "The partition would hold more processors than its limit."),

  // ---- paths
  NO_PATH(140, "A running partition would have no path left to a service that it was promised.");

  private final int code;
  private final String sentence;

  Refusal(int code, String sentence) {
    this.code = code;
    this.sentence = sentence;
  }

  /** The stable number of this reason on every wire and in every file. */
  public int code() {
    return code;
  }

  /** One sentence for people. */
  public String sentence() {
    return sentence;
  }

  /** Whether the request never reached its operations, so that it has no leaf in the audit log. */
  public boolean leavesNoLeaf() {
    return code < 20;
  }
}
