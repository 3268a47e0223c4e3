package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ultravisor.node.local.FreePorts;
import org.ultravisor.raft.replica.Peer;

/**
 * A whole run of a cluster of one replica in a process of its own, and every call by which it
 * changed its disk.
 *
 * @param root as the process has left it
 */
record Recorded(Peer peer, Path root, List<Change> changes) {
  static Recorded run(Path directory) throws IOException, InterruptedException {
    Peer peer = freePeer();
    Shim shim = Shim.of(directory.resolve("root"), directory.resolve("shim"), true);
    try (VictimProcess victim = VictimProcess.start(shim, peer.id(), List.of(peer), 50)) {
      int exit = victim.end();
      if (exit != 0 || !shim.report().isEmpty()) {
        throw new IOException(
            "the recorded run ended with %d: %s %s".formatted(exit, shim.report(), victim.tail()));
      }
    }
    return new Recorded(peer, shim.root(), shim.journal());
  }

  static Peer freePeer() throws IOException {
    return new Peer("r1", "127.0.0.1", FreePorts.find(1).getFirst());
  }
}
