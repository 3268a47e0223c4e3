package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The kinds of files that a replica keeps, and what a test may do to one of them. */
enum Damaged {
  RAFT_LOG_CLOSED("closed log segment", "raft/.*/log_\\d+-\\d+", "F", "F", "RF"),
  RAFT_LOG_OPEN("open log segment", "raft/.*/log_inprogress_\\d+", "RF", "RF", "RF"),
  RAFT_VOTE("term and vote (raft-meta)", "raft/.*/raft-meta", "RF", "F", "F"),
  RAFT_MEMBERS("members (raft-meta.conf)", "raft/.*/raft-meta.conf", "RF", "RF", "RF"),
  IDENTITY("identity", "identity", "RF", "F", "F"),
  STORE_TABLE("store: table (.sst)", "store/.*\\.sst", "RF", "F", "F"),
  STORE_MANIFEST("store: MANIFEST", "store/MANIFEST.*", "F", "RF", "F"),
  STORE_CURRENT("store: CURRENT", "store/CURRENT", "F", "F", "F"),
  STORE_OPTIONS("store: OPTIONS, IDENTITY", "store/(OPTIONS.*|IDENTITY)", "R", "R", "R"),
  STORE_WITNESS("store: DURABLE", "store/DURABLE", "F", "F", "R"),
  SNAPSHOT("snapshot, not in use", "snapshots/.*/(CURRENT|MANIFEST.*|.*\\.sst)", "R", "R", "R"),
  SNAPSHOT_NEEDED(
      "newest snapshot, where the store is gone",
      "snapshots/.*_50/(CURRENT|MANIFEST.*|.*\\.sst)",
      "RF",
      "RF",
      "F");

  /** What is done to a file. */
  enum How {
    FLIPPED_BIT,
    CUT_SHORT,
    GONE
  }

  private final String title;
  private final String paths;
  private final String flipped;
  private final String cut;
  private final String gone;

  /**
   * @param paths regular expression of the files, below the replica's directory
   * @param flipped what may become of a replica with a flipped bit in it: R recovers, F refuses
   * @param cut the same, of one cut short
   * @param gone the same, of one that is gone
   */
  Damaged(String title, String paths, String flipped, String cut, String gone) {
    this.title = title;
    this.paths = paths;
    this.flipped = flipped;
    this.cut = cut;
    this.gone = gone;
  }

  /** What may become of the replica: R recovers, F refuses to start or stops. */
  String outcomes(How how) {
    return switch (how) {
      case FLIPPED_BIT -> flipped;
      case CUT_SHORT -> cut;
      case GONE -> gone;
    };
  }

  String title() {
    return title;
  }

  /** A file of the kind that has something in it. */
  Path in(Path replica, Random random) throws IOException {
    try (Stream<Path> walk = Files.walk(replica)) {
      List<Path> found =
          walk.filter(path -> replica.relativize(path).toString().matches(paths))
              .filter(path -> path.toFile().length() > 0)
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new IOException("no file of the kind " + this + " in " + replica);
      }
      return found.get(random.nextInt(found.size()));
    }
  }

  /** Damages a file, and only this one of its names; says how. */
  static String damage(Path file, How how, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file); // a hard link: the other names keep what they have
    return switch (how) {
      case GONE -> file + " is gone";
      case CUT_SHORT -> {
        int left = random.nextInt(written(bytes));
        Files.write(file, Arrays.copyOf(bytes, left));
        yield "%s is cut to %d of %d bytes".formatted(file, left, bytes.length);
      }
      case FLIPPED_BIT -> {
        int bit = random.nextInt(8 * written(bytes));
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, bytes);
        yield "bit %d of byte %d of %d in %s is flipped"
            .formatted(bit % 8, bit / 8, bytes.length, file);
      }
    };
  }

  /** Without the zeros at the end, of which a log segment has thousands. */
  private static int written(byte[] bytes) {
    int end = bytes.length;
    while (end > 1 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }
}
