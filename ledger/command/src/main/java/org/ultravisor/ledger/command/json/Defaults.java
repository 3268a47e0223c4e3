package org.ultravisor.ledger.command.json;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.ServiceInfo;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * Which fields may be left out, and what they are then.
 *
 * @param value given the values of the record's earlier fields
 * @param silent whether a field with this value is left out when written, too
 */
record Defaults(Function<List<Object>, Object> value, boolean silent) {

  /** The default of a record's field; null if it must be given. */
  static @Nullable Defaults of(Class<?> type, String field) {
    if (field.equals("guestFrame")) {
      return silent(Operation.ANY_GUEST_FRAME);
    }
    if (field.equals("iommuGroup")) {
      return silent(-1);
    }
    if (field.equals("labels")) {
      SortedMap<String, String> none = new TreeMap<>();
      return silent(none);
    }
    if (type == Limits.class) {
      return field.equals("pages") ? silent(Limits.NONE.pages()) : silent(Limits.NONE.processors());
    }
    if (type == LeafView.class) {
      return field.equals("principal") ? said(Principal.LOCAL) : null;
    }
    if (type == Transaction.class) {
      return ofTransaction(field);
    }
    return Operation.class.isAssignableFrom(type) ? ofOperation(field, type) : null;
  }

  private static @Nullable Defaults ofTransaction(String field) {
    return switch (field) {
      case "session" -> said(Transaction.NO_SESSION);
      case "requestId" -> said(0L);
      case "lowestUnanswered" -> new Defaults(values -> values.get(1), false);
      case "issuer" -> said("anonymous");
      case "preconditions" -> silent(List.of());
      default -> null;
    };
  }

  private static @Nullable Defaults ofOperation(String field, Class<?> type) {
    return switch (field) {
      case "rights" -> said(Rights.ALL);
      case "tier" -> said(Tier.K);
      case "deviceClass" ->
          type == Operation.PutService.class ? said(ServiceInfo.ANY_DEVICE) : null;
      case "frameCount" -> type == Operation.Reserve.class ? said(0L) : null;
      case "cells", "processors", "addresses" ->
          type == Operation.Reserve.class ? silent(List.of()) : null;
      case "zeroed", "scrub", "evidence" -> said(false);
      case "limits" -> type == Operation.CreatePartition.class ? silent(Limits.NONE) : null;
      default -> null;
    };
  }

  private static Defaults said(Object value) {
    return new Defaults(values -> value, false);
  }

  private static Defaults silent(Object value) {
    return new Defaults(values -> value, true);
  }
}
