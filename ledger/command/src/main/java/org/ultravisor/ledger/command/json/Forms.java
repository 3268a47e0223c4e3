package org.ultravisor.ledger.command.json;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** The form of each type, found by its declaration. */
public final class Forms {
  private Forms() {}

  /** The form of a record, a sealed interface of records, an enum or one of the simple types. */
  public static <T> Form<T> of(Class<T> type) {
    return cast(ofClass(type));
  }

  /** An array of such values. */
  public static <T> Form<List<T>> listOf(Class<T> type) {
    return new ListForm<>(of(type));
  }

  static Form<?> ofType(Type type) {
    if (type instanceof Class<?> plain) {
      return ofClass(plain);
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return new ListForm<>(ofType(arguments[0]));
      }
      if (generic.getRawType() == SortedMap.class
          && arguments[0] == String.class
          && arguments[1] == String.class) {
        return new LabelsForm();
      }
    }
    throw new IllegalArgumentException("there is no JSON form for " + type);
  }

  private static Form<?> ofClass(Class<?> type) {
    if (type == long.class || type == Long.class) {
      return IntegerForm.LONG;
    }
    if (type == int.class || type == Integer.class) {
      return IntegerForm.INT;
    }
    if (type == boolean.class) {
      return new BooleanForm();
    }
    if (type == String.class) {
      return TextForm.TEXT;
    }
    if (type == PageRange.class) {
      return new PageRangeForm();
    }
    if (type == Rights.class) {
      return TextForm.RIGHTS;
    }
    if (type == StateHash.class) {
      return TextForm.STATE_HASH;
    }
    if (type == URI.class) {
      return TextForm.ADDRESS;
    }
    if (type.isEnum()) {
      return enumForm(type);
    }
    if (type.isRecord()) {
      return new RecordForm<>(type, null);
    }
    if (type.isSealed()) {
      return new SealedForm<>(type, kindField(type));
    }
    throw new IllegalArgumentException("there is no JSON form for " + type);
  }

  /** The field that tells a sealed type's records apart. */
  private static String kindField(Class<?> type) {
    if (type == Operation.class) {
      return "op";
    }
    if (type == Event.class) {
      return "event";
    }
    if (type == Precondition.class) {
      return "requires";
    }
    if (type == EndState.class) {
      return "end";
    }
    if (type == Outcome.class) {
      return "outcome";
    }
    if (type == RequestStatus.class) {
      return "status";
    }
    throw new IllegalArgumentException("nothing tells the records of " + type + " apart");
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // isEnum has been asked
  private static Form<?> enumForm(Class<?> type) {
    return new EnumForm(type);
  }

  /** A form of values whose type the caller knows by construction. */
  static Form<Object> erased(Form<?> form) {
    return cast(form);
  }

  @SuppressWarnings("unchecked") // a form is found by the class that it is for
  private static <T> Form<T> cast(Form<?> form) {
    return (Form<T>) form;
  }
}
