package org.ultravisor.ledger.command.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.core.DeviceInfo;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.MemoryRegionInfo;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.ProcessorInfo;
import org.ultravisor.ledger.core.ReplicaInfo;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.ledger.core.SessionInfo;
import org.ultravisor.ledger.core.Transaction;

/** Every record of every type that the channel carries is read as it was written. */
class RoundTripTest {
  private static final long SEED = Long.getLong("ultravisor.seed", System.nanoTime());
  private static final int ROUNDS = 20;

  @ParameterizedTest
  @ValueSource(
      classes = {
        Operation.class,
        Precondition.class,
        Event.class,
        EndState.class,
        Outcome.class,
        RequestStatus.class,
        Transaction.class,
        LeafView.class,
        RequestReport.class,
        SessionReport.class,
        SessionRequest.class,
        ClusterStatus.class,
        ErrorReport.class,
        PartitionInfo.class,
        PageInfo.class,
        MemoryRegionInfo.class,
        ProcessorInfo.class,
        DeviceInfo.class,
        RevocationInfo.class,
        HostInfo.class,
        MonitorInfo.class,
        ReplicaInfo.class,
        SessionInfo.class
      })
  void whatIsWrittenIsReadBack(Class<?> type) throws ReflectiveOperationException {
    Form<Object> form = Forms.erased(Forms.of(type));
    RandomValues values = new RandomValues(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      List<Object> all = values.ofEach(type);
      for (Object value : all) {
        byte[] json = JsonText.write(form, value);
        String repeat =
            new String(json, StandardCharsets.UTF_8) + "; repeat with -Dultravisor.seed=" + SEED;
        assertEquals(value, JsonText.read(form, json), repeat);
        assertEquals(value, JsonText.readYaml(form, json), repeat);
        assertEquals(JsonText.tree(form, value).toString(), JsonText.print(form, value), repeat);
      }
    }
  }
}
