package org.ultravisor.raft.replica;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;

/**
 * A replica in a process of its own, for tests that kill it: asked over standard input, one line a
 * question, one line an answer. It ends when its standard input does, so that it never outlives the
 * test.
 */
final class ReplicaProcess {
  private ReplicaProcess() {}

  /** Arguments: id, directory, transport, and the peers as {@code id,host,port}. */
  public static void main(String[] arguments) throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (String peer : List.of(arguments).subList(3, arguments.length)) {
      String[] parts = peer.split(",", -1);
      peers.add(new Peer(parts[0], parts[1], Integer.parseInt(parts[2])));
    }
    ReplicaConfig config =
        ReplicaConfig.of(arguments[0], peers, Path.of(arguments[1]))
            .with(Transport.valueOf(arguments[2]))
            .with(ElectionTimeouts.PATIENT);
    try (Replica replica = Replica.start(config, ReplicaListener.NONE);
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = questions.readLine(); line != null; line = questions.readLine()) {
        System.out.println(answer(replica, line.split(" ")));
      }
    }
  }

  private static String answer(Replica replica, String[] question) {
    try {
      return switch (question[0]) {
        case "leader" -> String.valueOf(replica.status().leaderReady());
        case "sequence" -> String.valueOf(replica.read(LedgerReader::sequence).join());
        case "state" -> {
          ReplicaStatus status = replica.status();
          yield "%d %s %s".formatted(status.sequence(), status.stateHash(), status.logRoot());
        }
        case "open" -> {
          Transaction open = TestRequests.openSession(Long.parseLong(question[1]));
          yield "session " + TestRequests.sessionOf(replica.submit(Principal.LOCAL, open).join());
        }
        case "create" -> {
          long session = Long.parseLong(question[1]);
          long request = Long.parseLong(question[2]);
          Transaction create = TestRequests.createPartition(session, request, "p" + request);
          yield "sequence " + replica.submit(Principal.LOCAL, create).join().sequence();
        }
        default -> throw new IllegalArgumentException(question[0]);
      };
    } catch (CompletionException e) {
      return "failed " + e.getCause();
    }
  }
}
