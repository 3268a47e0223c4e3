package org.ultravisor.ledger.command.server;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.ultravisor.ledger.command.BackupRequest;
import org.ultravisor.ledger.command.ChangeReport;
import org.ultravisor.ledger.command.MemberRequest;
import org.ultravisor.ledger.command.SnapshotReport;
import org.ultravisor.ledger.command.TransferRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;

/** What an operator may ask of the cluster: who belongs to it, who leads, snapshots. */
final class ClusterEndpoints {
  private static final Form<ChangeReport> CHANGE = Forms.of(ChangeReport.class);
  private static final Form<BackupRequest> BACKUP = Forms.of(BackupRequest.class);
  private static final Form<SnapshotReport> SNAPSHOT = Forms.of(SnapshotReport.class);
  private static final Form<TransferRequest> TRANSFER = Forms.of(TransferRequest.class);

  /** What all of them begin with; they are for {@code OPERATIONS} only. */
  static final String PATHS = "/v1/cluster/";

  private final ClusterBackend cluster;

  ClusterEndpoints(ClusterBackend cluster) {
    this.cluster = cluster;
  }

  List<Endpoint> all() {
    return List.of(
        change(
            "/v1/cluster/add",
            "Takes a replica in that runs and waits for it, as a voter or a listener.",
            Forms.of(MemberRequest.Add.class)),
        change("/v1/cluster/remove", "Takes a replica out.", Forms.of(MemberRequest.Remove.class)),
        change(
            "/v1/cluster/replace",
            "Takes a replica in for another, which may be dead.",
            Forms.of(MemberRequest.Replace.class)),
        Endpoint.post(
            "/v1/cluster/transfer",
            "Makes another replica the leader.",
            TRANSFER,
            CHANGE,
            false,
            request ->
                cluster
                    .transfer(request.body(TRANSFER))
                    .thenApplyAsync(ClusterEndpoints::reply, request.executor())),
        new Endpoint(
            HttpMethod.POST,
            "/v1/cluster/snapshot",
            "Takes a snapshot on this replica and cuts its log.",
            List.of(),
            null,
            SNAPSHOT,
            false,
            request ->
                cluster
                    .snapshot()
                    .thenApplyAsync(
                        report -> Reply.json(200, SNAPSHOT, report), request.executor())),
        Endpoint.post(
            "/v1/cluster/backup",
            "Makes a backup on this replica's machine. Ask for the same again until it is done.",
            BACKUP,
            CHANGE,
            false,
            request ->
                cluster
                    .backup(request.body(BACKUP))
                    .thenApplyAsync(ClusterEndpoints::reply, request.executor())));
  }

  private <T extends MemberRequest> Endpoint change(String path, String summary, Form<T> form) {
    return Endpoint.post(
        path,
        summary
            + " 200: done, or under way: ask for the same again to hear how far it is; 409:"
            + " refused, or it did not succeed.",
        form,
        CHANGE,
        false,
        request ->
            cluster
                .change(request.body(form))
                .thenApplyAsync(ClusterEndpoints::reply, request.executor()));
  }

  private static Reply reply(ChangeReport report) {
    int status =
        switch (report.state()) {
          case DONE, UNDER_WAY -> 200;
          case REFUSED, FAILED -> 409;
        };
    return Reply.json(status, CHANGE, report);
  }
}
