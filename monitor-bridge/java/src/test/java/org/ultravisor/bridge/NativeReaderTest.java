package org.ultravisor.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** The C reader in a process of its own, on what the Java writer publishes meanwhile. */
class NativeReaderTest {
  private static final Logger LOG = LoggerFactory.getLogger(NativeReaderTest.class);
  private static final Path NATIVE = Path.of("..", "native").toAbsolutePath().normalize();
  private static final Path BUILD = NATIVE.resolve("target").resolve("native");

  private Path root;
  private ViewPublisher publisher;
  private final List<Process> started = new ArrayList<>();

  /** Usually a moment: the native module has been built before this one. */
  @BeforeAll
  static void build() throws Exception {
    Process make =
        new ProcessBuilder("make", "-s", "-C", NATIVE.toString(), "BUILD=" + BUILD, "all")
            .redirectErrorStream(true)
            .start();
    String said = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, make.waitFor(), said);
  }

  @BeforeEach
  void open() throws IOException {
    Path shared = Path.of("/dev/shm");
    root =
        Files.isWritable(shared)
            ? Files.createTempDirectory(shared, "ultraview-test-")
            : Files.createTempDirectory("ultraview-test-");
    publisher =
        new ViewPublisher(new HostDirectory(root), "r1", "host-1", 5, 0, ViewOptions.DEFAULT);
  }

  @AfterEach
  void close() throws Exception {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
    publisher.close();
    try (var files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Process start(Path program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    started.add(process);
    return process;
  }

  private static String output(Process process) throws Exception {
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the reader does not end");
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static long number(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":([0-9]+)").matcher(json);
    assertTrue(found.find(), name + " is not in " + json);
    return Long.parseLong(found.group(1));
  }

  /** The reader makes its acknowledgement file when it is about to follow the view. */
  private void awaitReader(String partition) throws IOException {
    AckReader ack = new AckReader(new HostDirectory(root), partition);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (ack.poll().isEmpty()) {
      assertTrue(System.nanoTime() < end, "the reader does not start");
      Thread.onSpinWait();
    }
  }

  private void publicationsAreSeen(PublicationLoad.Kind kind, String... mode) throws Exception {
    int rate = Integer.getInteger("ultravisor.rate", 2000);
    double seconds = Integer.getInteger("ultravisor.seconds", 1);
    PublicationLoad load = new PublicationLoad(kind, rate, seconds);
    ViewWriter view = publisher.openPartitionView(7, "guest-1");
    view.publish(1);
    load.warmUp(view);
    List<String> arguments = new ArrayList<>(List.of("visible", root.toString(), "r1", "guest-1"));
    arguments.addAll(List.of(mode));
    if (Boolean.getBoolean("ultravisor.realtime")) {
      arguments.add("--real-time");
    }
    Process reader = start(BUILD.resolve("uvbench"), arguments.toArray(String[]::new));
    awaitReader("guest-1");
    PublicationLoad.Result result = load.run(view);
    publisher.retirePartitionView(7);
    String json = output(reader);
    LOG.info(
        "{} {} writer: {} ns a transaction",
        kind,
        json.strip(),
        (long) result.nanosPerTransaction());
    // On a machine that does other things too it may see several at once, every time.
    assertTrue(number(json, "samples") + number(json, "missed") > 0, json);
    assertEquals(0, reader.exitValue());
  }

  @Test
  void additionsAreSeenBySpinning() throws Exception {
    publicationsAreSeen(PublicationLoad.Kind.ADD);
  }

  @Test
  void versionsAreSeenBySpinning() throws Exception {
    publicationsAreSeen(PublicationLoad.Kind.MOVE);
  }

  @Test
  void versionsWakeAReaderThatSleeps() throws Exception {
    publicationsAreSeen(PublicationLoad.Kind.MOVE, "--wait");
  }

  /** Each transaction gives 64 pages in 64 nodes one stamp; the reader must never see two. */
  @Test
  void noTornMapIsSeenWhileTheFileGrowsAndNodesAreReused() throws Exception {
    publisher.close();
    publisher =
        new ViewPublisher(
            new HostDirectory(root), "r1", "host-1", 6, 0, new ViewOptions(64, 4, 256, 64));
    ViewWriter view = publisher.openPartitionView(7, "guest-1");
    stamp(view, 1);
    Process reader = start(BUILD.resolve("uvstamps"), root.toString(), "guest-1", "64");
    awaitReader("guest-1");
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
    long value = 2;
    while (System.nanoTime() < end) {
      stamp(view, value++);
      if (value % 500 == 0) {
        publisher.retireAll(); // as after a snapshot was installed
        view = publisher.openPartitionView(7, "guest-1");
        stamp(view, value++);
      }
    }
    Files.createFile(root.resolve("stop"));
    String json = output(reader);
    LOG.info("{} of {} transactions", json.strip(), value);
    assertEquals(0, number(json, "torn"), json);
    assertEquals(0, number(json, "backwards"), json);
    assertTrue(number(json, "snapshots") > 0, json);
  }

  /**
   * The planted fault: the writer reuses nodes after one version, the file says after 511. If this
   * were not seen, the test above would prove nothing.
   */
  @Test
  void aWriterThatReusesNodesTooEarlyIsFound() throws Exception {
    publisher.close();
    ViewOptions early = new ViewOptions(1024, 2, 256, 1024);
    publisher = new ViewPublisher(new HostDirectory(root), "r1", "host-1", 6, 0, early);
    ViewWriter view = publisher.openPartitionView(7, "guest-1");
    stamp(view, 1);
    claimReuseDistance(view.path(), 512);
    Process reader = start(BUILD.resolve("uvstamps"), root.toString(), "guest-1", "64", "50000");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    for (long value = 2; reader.isAlive() && System.nanoTime() < end; value++) {
      stamp(view, value);
    }
    Files.createFile(root.resolve("stop"));
    assertEquals(1, number(output(reader), "torn"));
  }

  private static void claimReuseDistance(Path path, long distance) throws IOException {
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, 0x1000, arena);
      Words.set(memory, ViewLayout.REUSE_DISTANCE, distance);
      Words.setInt(memory, ViewLayout.CRC, Words.crc(memory, ViewLayout.CRC));
    }
  }

  private static void stamp(ViewWriter view, long value) throws IOException {
    for (int i = 0; i < 64; i++) {
      view.map(i * 1024L + 5, new PageRange(value, 1), Rights.READ);
    }
    view.publish(value);
  }
}
