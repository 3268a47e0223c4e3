package org.ultravisor.node.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.command.ChannelTls;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.StateList;
import org.ultravisor.ledger.command.TransferRequest;
import org.ultravisor.ledger.command.client.ClientException;
import org.ultravisor.ledger.command.client.ClientOptions;
import org.ultravisor.ledger.command.client.LedgerClient;
import org.ultravisor.ledger.command.client.Result;
import org.ultravisor.ledger.command.server.ChannelLimits;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.ledger.core.SessionInfo;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.node.config.SecurityConfig;
import org.ultravisor.node.local.FreePorts;
import org.ultravisor.node.process.ChannelSecurity;
import org.ultravisor.node.process.ReplicaProcess;
import org.ultravisor.raft.replica.Transport;
import org.ultravisor.raft.tls.Identities;
import org.ultravisor.raft.tls.TlsFiles;
import org.ultravisor.raft.tls.TlsPaths;

/** Whole replicas with TLS in this JVM: who may come in, what he may ask, and what is recorded. */
class SecureClusterTest {
  private static final String REPLICA = Identities.uri(Role.REPLICA);
  private static final String COMMAND = Identities.uri(Role.COMMAND);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(4);
  private static final Operation CREATE =
      new Operation.CreatePartition("p", PartitionKind.GUEST, Limits.NONE);

  @TempDir Path root = Path.of("");
  private TestCertificates certificates = new TestCertificates(root);
  private final List<ReplicaProcess> running = new ArrayList<>();
  private List<NodeConfig.Member> members = List.of();

  @BeforeEach
  void nameTheDirectory() {
    certificates = new TestCertificates(root);
  }

  @AfterEach
  void stop() throws IOException {
    for (ReplicaProcess process : running) {
      process.close();
    }
  }

  @Test
  void aRoleMayWhatItMayAndEveryRefusalIsALeaf() throws Exception {
    start(3, Transport.WIRE);
    try (LedgerClient command = client(certificates.good("cmd", COMMAND), PATIENCE);
        LedgerClient operations =
            client(certificates.good("ops", Identities.uri(Role.OPERATIONS)), PATIENCE);
        LedgerClient auditor =
            client(certificates.good("aud", Identities.uri(Role.AUDITOR)), PATIENCE);
        LedgerClient monitor =
            client(certificates.good("mon", Identities.monitorUri("p")), PATIENCE)) {
      assertInstanceOf(Result.Committed.class, command.submit(CREATE).get());
      Operation policy = new Operation.PutPolicy("rules", "text");
      assertInstanceOf(Result.Committed.class, operations.submit(policy).get());
      forbidden(command.submit(policy).get(), "'cmd' (COMMAND) may not ask PutPolicy");
      forbidden(operations.submit(CREATE).get(), "'ops' (OPERATIONS) may not ask Create");
      forbidden(
          auditor.submitAsIs(Transaction.sessionless("x", new Operation.Tick())).get(),
          "'aud' (AUDITOR) may not ask Tick");
      forbidden(
          monitor
              .submitAsIs(Transaction.sessionless("x", new Operation.AcknowledgeView("q", 1, 1)))
              .get(),
          "'mon' (MONITOR of p) may not ask AcknowledgeView");
      ExecutionException noOperator =
          assertThrows(
              ExecutionException.class, () -> auditor.transfer(new TransferRequest("r2")).get());
      assertTrue(
          String.valueOf(noOperator.getMessage()).contains("one with the role OPERATIONS"),
          noOperator::toString);
      assertEquals(
          List.of("cmd", "ops"),
          auditor.list(StateList.SESSIONS, Consistency.LINEARIZABLE).get().value().stream()
              .map(SessionInfo::owner)
              .sorted()
              .toList());
      List<LeafView> leaves = auditor.log(1, 1000).get().value();
      assertEquals(
          List.of("cmd", "ops", "aud", "mon", "aud"),
          leaves.stream()
              .filter(
                  leaf ->
                      leaf.outcome() instanceof Outcome.Refused refused
                          && refused.reason() == Refusal.NOT_PERMITTED)
              .map(leaf -> leaf.principal().name())
              .toList());
      assertTrue(
          leaves.stream()
              .flatMap(leaf -> leaf.transaction().operations().stream())
              .anyMatch(
                  operation ->
                      operation instanceof Operation.AdministerCluster asked
                          && asked.request().contains("transfer")
                          && asked.request().contains("r2")),
          leaves::toString);
      assertTrue(
          leaves.stream().noneMatch(leaf -> leaf.principal().isLocal()), () -> leaves.toString());
      assertTrue(
          leaves.stream()
              .anyMatch(leaf -> leaf.principal().equals(Principal.of("r1", Role.REPLICA))));
    }
  }

  private static void forbidden(Result result, String why) {
    Result.Refused refused = assertInstanceOf(Result.Refused.class, result);
    assertEquals(Refusal.NOT_PERMITTED, refused.refusal().reason());
    assertTrue(refused.refusal().detail().contains(why), refused.refusal().detail());
  }

  @Test
  void overGrpcToo() throws Exception {
    start(2, Transport.GRPC);
    try (LedgerClient command = client(certificates.good("cmd", COMMAND), PATIENCE)) {
      assertInstanceOf(Result.Committed.class, command.submit(CREATE).get());
    }
  }

  @Test
  void whoIsNobodyIsRefused() throws Exception {
    start(1, Transport.WIRE);
    try (LedgerClient good = client(certificates.good("cmd", COMMAND), PATIENCE)) {
      assertInstanceOf(Result.Committed.class, good.submit(CREATE).get());
    }
    Authority authority = certificates.authority;
    Instant now = Instant.now();
    Instant then = now.minus(TestCertificates.HOUR);
    List<String> commands = List.of(COMMAND);
    assertRefused(
        ChannelSecurity.of(TlsFiles.open(certificates.foreign("foreign", COMMAND))),
        "valid certification path");
    assertRefused(authority.issue("expired", commands, then, Duration.ofMinutes(30)), "NotAfter");
    assertRefused(authority.issue("nobody", List.of(), now, TestCertificates.HOUR), "has no role");
    assertRefused(
        authority.issue("king", List.of("urn:ultravisor:role:king"), now, TestCertificates.HOUR),
        "which is no role");
    // Plain text to a port with TLS, and somebody who says nothing, are no threat either.
    URI address = running.getFirst().address();
    try (Socket plain = new Socket(address.getHost(), address.getPort())) {
      plain.setSoTimeout((int) PATIENCE.toMillis());
      plain
          .getOutputStream()
          .write(
              "GET /v1/status HTTP/1.1\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      byte[] answer = plain.getInputStream().readAllBytes();
      assertTrue(answer.length < 16, "an alert at most");
    }
  }

  @Test
  void anAuthorityThatIsReplacedOpensAndClosesDoors() throws Exception {
    start(1, Transport.WIRE);
    TlsPaths client = certificates.good("cmd", COMMAND);
    Authority next = Authority.create("next", Instant.now(), TestCertificates.HOUR);
    try (LedgerClient old = client(client, PATIENCE)) {
      assertInstanceOf(Result.Committed.class, old.submit(CREATE).get());
      certificates.write(
          "r1", next.issue("r1", List.of(REPLICA), Instant.now(), TestCertificates.HOUR), next);
      certificates.write(
          "cmd2", next.issue("cmd2", List.of(COMMAND), Instant.now(), TestCertificates.HOUR), next);
      try (LedgerClient fresh = client(TlsPaths.in(root.resolve("cmd2")), PATIENCE)) {
        Operation processor = new Operation.AddProcessor(1, 0);
        assertInstanceOf(Result.Committed.class, fresh.submit(processor).get());
      }
    }
    assertRefused(ChannelSecurity.of(TlsFiles.open(client)));
  }

  @Test
  void aReplicaNeedsItsOwnCertificate() throws Exception {
    plan(1);
    TlsPaths others = certificates.good("r2", REPLICA);
    IOException wrongName =
        assertThrows(
            IOException.class, () -> ReplicaProcess.start(config(0, others, Transport.WIRE)));
    assertTrue(wrongName.toString().contains("expected 'r1' with the role REPLICA"));
    TlsPaths wrongRole = certificates.good("r1", COMMAND);
    assertThrows(
        IOException.class, () -> ReplicaProcess.start(config(0, wrongRole, Transport.WIRE)));
  }

  /** The replica's log says why. */
  private void assertRefused(Authority.Issued issued, String why) throws Exception {
    assertRefused(certificates.shown(issued), why);
  }

  private void assertRefused(ChannelTls tls, String why) {
    Logger logger = (Logger) LoggerFactory.getLogger("org.ultravisor.raft.tls");
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    logger.addAppender(heard);
    try {
      assertRefused(tls);
    } finally {
      logger.detachAppender(heard);
    }
    List<String> messages =
        List.copyOf(heard.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertTrue(
        messages.stream().anyMatch(message -> message.contains(why)), () -> messages.toString());
  }

  private void assertRefused(ChannelTls tls) {
    try (LedgerClient refused = client(tls, SHORT)) {
      ExecutionException e =
          assertThrows(
              ExecutionException.class,
              () -> refused.list(StateList.PARTITIONS, Consistency.STALE).get());
      assertInstanceOf(ClientException.class, e.getCause());
    }
  }

  private LedgerClient client(TlsPaths paths, Duration deadline) throws IOException {
    return client(ChannelSecurity.of(TlsFiles.open(paths)), deadline);
  }

  private LedgerClient client(ChannelTls tls, Duration deadline) {
    return LedgerClient.of(
        ClientOptions.of(running.stream().map(ReplicaProcess::address).toList(), "test")
            .withDeadline(deadline)
            .withTls(tls));
  }

  private void plan(int count) throws IOException {
    List<Integer> ports = FreePorts.find(2 * count);
    List<NodeConfig.Member> listed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      listed.add(
          new NodeConfig.Member(
              "r" + (i + 1), "127.0.0.1", ports.get(2 * i), ports.get(2 * i + 1)));
    }
    members = listed;
  }

  private void start(int count, Transport transport) throws IOException {
    plan(count);
    for (int i = 0; i < count; i++) {
      TlsPaths paths = certificates.good(members.get(i).id(), REPLICA);
      running.add(ReplicaProcess.start(config(i, paths, transport)));
    }
  }

  private NodeConfig config(int index, TlsPaths paths, Transport transport) {
    return new NodeConfig(
        members.get(index).id(),
        members,
        Optional.empty(),
        root.resolve("data-" + index),
        new NodeConfig.Host("h", 0, root.resolve("host")),
        new NodeConfig.Election(500, 1000),
        transport,
        NodeConfig.Guard.DEFAULT,
        new SecurityConfig(Optional.of(paths), ChannelLimits.DEFAULT));
  }
}
