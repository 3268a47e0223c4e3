package org.ultravisor.ledger.command.json;

import java.util.List;
import java.util.function.Function;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.RevocationInfo;

/**
 * A field that is written for the reader's sake and follows from the others; ignored on reading.
 */
record Derived(String name, Form<?> form, Function<Object, Object> value) {

  static List<Derived> of(Class<?> type) {
    if (type == Outcome.Refused.class) {
      return List.of(
          new Derived("code", IntegerForm.INT, o -> ((Outcome.Refused) o).reason().code()),
          new Derived("sentence", TextForm.TEXT, o -> ((Outcome.Refused) o).reason().sentence()));
    }
    if (type == RevocationInfo.class) {
      return List.of(
          new Derived("scrubDue", new BooleanForm(), o -> ((RevocationInfo) o).scrubDue()));
    }
    return List.of();
  }
}
