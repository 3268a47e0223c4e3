package org.ultravisor.ledger.command.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.ledger.core.Transaction;

/**
 * Lets those pass who may change the cluster itself. Changes of the cluster are no transactions, so
 * for the others the ledger is asked whether they may: its refusal is a leaf of the audit log.
 */
final class ClusterGate {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterGate.class);
  private static final String ISSUER = "channel";

  private final CommandBackend backend;

  ClusterGate(CommandBackend backend) {
    this.backend = backend;
  }

  CompletionStage<Reply> pass(Request request, Endpoint endpoint) {
    Principal asker = request.principal();
    if (asker.has(Role.OPERATIONS)) {
      return endpoint.handler().handle(request);
    }
    String wanted = wanted(request);
    LOG.warn("Refused {} to {}: it takes the role OPERATIONS", wanted, asker);
    return backend
        .submit(asker, Transaction.sessionless(ISSUER, new Operation.AdministerCluster(wanted)))
        .thenCompose(
            _ ->
                CompletableFuture.failedStage(
                    new BadRequest(
                        "the certificate", asker.toString(), "one with the role OPERATIONS")));
  }

  /** Path and body, in what a leaf has room for. */
  private static String wanted(Request request) {
    String text = request.uri() + " " + request.body().toString();
    String printable = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return printable.substring(
        0, Math.min(printable.length(), Operation.AdministerCluster.MOST_CHARACTERS));
  }
}
