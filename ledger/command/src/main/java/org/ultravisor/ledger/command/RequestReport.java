package org.ultravisor.ledger.command;

import java.util.Optional;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.RequestStatus;

/**
 * Did it happen?
 *
 * @param outcome the first answer, while the ledger keeps it
 */
public record RequestReport(RequestStatus status, Optional<Outcome> outcome) {}
