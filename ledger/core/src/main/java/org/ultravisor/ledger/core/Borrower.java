package org.ultravisor.ledger.core;

import org.ultravisor.mapping.Rights;

/**
 * Who is offered pages, and what it may do with them.
 *
 * @param partition its name
 */
public record Borrower(String partition, Rights rights) {
  public Borrower {
    Shape.name("borrower", partition);
  }
}
