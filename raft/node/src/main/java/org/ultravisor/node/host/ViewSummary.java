package org.ultravisor.node.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ultravisor.bridge.HostDirectory;

/**
 * What a view file says of itself, for people; the numbers are those of {@code
 * monitor-bridge/layout/view.md}.
 *
 * @param generation incarnation of the replica that writes it
 * @param sequence ledger sequence that it stands at
 * @param state building, live or retired
 */
public record ViewSummary(
    String replica,
    String partition,
    int partitionId,
    long generation,
    long serial,
    long sequence,
    String state,
    long writerPid) {
  private static final String SUFFIX = ".view";
  private static final int HEADER_BYTES = 0x2000;
  private static final byte[] MAGIC = "ULTRVIEW".getBytes(StandardCharsets.US_ASCII);
  private static final List<String> STATES = List.of("building", "live", "retired");

  /** All views of a host, by partition and replica. */
  public static List<ViewSummary> of(HostDirectory directory) throws IOException {
    List<ViewSummary> found = new ArrayList<>();
    Path views = directory.root().resolve("views");
    if (!Files.isDirectory(views)) {
      throw new IOException(directory.root() + " is not a host's directory: it has no views/");
    }
    try (DirectoryStream<Path> replicas = Files.newDirectoryStream(views)) {
      for (Path replica : replicas) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(replica, "*" + SUFFIX)) {
          for (Path file : files) {
            found.add(read(String.valueOf(replica.getFileName()), file));
          }
        }
      }
    }
    found.sort(Comparator.comparing(ViewSummary::partition).thenComparing(ViewSummary::replica));
    return found;
  }

  private static ViewSummary read(String replica, Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    String partition = name.substring(0, name.length() - SUFFIX.length());
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (header.hasRemaining() && channel.read(header) >= 0) {
        // until all is there
      }
    }
    byte[] magic = new byte[MAGIC.length];
    header.get(0, magic);
    if (header.hasRemaining() || !Arrays.equals(magic, MAGIC)) {
      return new ViewSummary(replica, partition, 0, 0, 0, 0, "not a view", 0);
    }
    long state = header.getLong(0x1200);
    return new ViewSummary(
        replica,
        partition,
        (int) header.getLong(0x020),
        header.getLong(0x010),
        header.getLong(0x018),
        header.getLong(0x1108),
        state >= 0 && state < STATES.size() ? STATES.get((int) state) : "damaged",
        header.getLong(0x068));
  }
}
