package org.ultravisor.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuClockTest {
  @TempDir Path proc;

  @Test
  void countsOursAndOthersApart() throws IOException {
    write(100, 900, 10, 5);
    CpuClock clock = new CpuClock(proc);
    CpuClock.Reading before = clock.read(List.of(7L));
    write(200, 1000, 50, 15);
    CpuClock.Reading after = clock.read(List.of(7L));
    assertEquals(500_000, after.oursSince(before), 1);
    assertEquals(25, after.othersPercentSince(before), 0.01);
  }

  @Test
  void anEndedProcessIsIdle() throws IOException {
    write(100, 900, 10, 5);
    assertEquals(0, new CpuClock(proc).read(List.of(8L)).oursMicros());
  }

  private void write(int busy, int idle, int user, int system) throws IOException {
    Files.writeString(proc.resolve("stat"), "cpu  %d 0 0 %d 0 0 0 0 0 0\n".formatted(busy, idle));
    Files.createDirectories(proc.resolve("7"));
    Files.writeString(
        proc.resolve("7/stat"),
        "7 (a name) with) S 1 2 3 4 5 6 7 8 9 10 %d %d 0 0\n".formatted(user, system));
  }
}
