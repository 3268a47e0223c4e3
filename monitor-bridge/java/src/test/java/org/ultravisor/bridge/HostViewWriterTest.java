package org.ultravisor.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the host agent is told: whole versions, the oldest scrubs first. */
class HostViewWriterTest {
  @TempDir Path root;

  private static List<HostContent.Scrub> scrubs(int count) {
    List<HostContent.Scrub> scrubs = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      scrubs.add(new HostContent.Scrub(i, i, 1, true));
    }
    return scrubs;
  }

  private static List<HostContent.Monitor> monitors(int count) {
    List<HostContent.Monitor> monitors = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      monitors.add(new HostContent.Monitor(i, "guest-" + i, 1000 + i, 2000 + i));
    }
    return monitors;
  }

  private static long buffer(ViewProbe probe) {
    return 0x2000 + probe.word(0x1000) % 4 * probe.word(0x048);
  }

  @Test
  void theOldestScrubsComeFirstAndMonitorsAlwaysFit() throws IOException {
    HostDirectory directory = new HostDirectory(root);
    try (ViewPublisher publisher =
        new ViewPublisher(directory, "r1", "host-1", 5, 0, ViewOptions.DEFAULT)) {
      HostViewWriter writer = publisher.openHostView();
      writer.publish(4, new HostContent(1, 2, 3, scrubs(5000), monitors(2)));
      try (ViewProbe first = new ViewProbe(directory.hostView("r1"))) {
        long buffer = buffer(first);
        assertEquals(1024, first.word(buffer + 0x20));
        assertEquals(5000, first.word(buffer + 0x28));
        assertEquals(1, first.word(buffer + 0x80));
        assertEquals(1024, first.word(buffer + 0x80 + 32 * 1023));
        writer.publish(5, new HostContent(1, 2, 3, scrubs(1), monitors(200)));
        assertEquals(ViewLayout.RETIRED, first.word(0x1200));
        assertEquals(2, first.word(0x1208));
        try (ViewProbe second = new ViewProbe(directory.hostView("r1"))) {
          long larger = buffer(second);
          assertEquals(200, second.word(larger + 0x30));
          assertEquals(200, second.word(larger + 0x80 + 32 * 1024 + 96 * 199));
          assertEquals(5, second.word(0x1108));
          long version = second.word(0x1000);
          writer.publish(6, new HostContent(1, 2, 3, scrubs(1), monitors(200)));
          assertEquals(version, second.word(0x1000), "the same again is no version");
          assertEquals(6, second.word(0x1108));
        }
      }
      assertThrows(IllegalArgumentException.class, () -> writer.publish(5, HostContent.EMPTY));
    }
  }

  @Test
  void whatCanBeDoneIsListedBeforeWhatCannot() {
    HostContent content =
        new HostContent(
            1,
            2,
            3,
            List.of(
                new HostContent.Scrub(1, 1, 1, false),
                new HostContent.Scrub(2, 2, 1, false),
                new HostContent.Scrub(3, 3, 1, true)),
            List.of());
    assertEquals(List.of(content.scrubs().get(0), content.scrubs().get(2)), content.listed(2));
    assertEquals(content.scrubs(), content.listed(3));
  }

  @Test
  void contentsAreChecked() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new HostContent(
                0,
                0,
                0,
                List.of(new HostContent.Scrub(2, 0, 1, true), new HostContent.Scrub(1, 0, 1, true)),
                List.of()));
    assertThrows(IllegalArgumentException.class, () -> new HostContent.Scrub(1, 1L << 40, 1, true));
    assertThrows(IllegalArgumentException.class, () -> new HostContent.Monitor(1, "a/b", 1, 1));
  }
}
