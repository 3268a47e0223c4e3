package org.ultravisor.ledger.command.server;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.TreeMap;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;

/** What a request is answered. */
record Reply(int status, String type, Buffer body, Map<String, String> headers) {
  static final String JSON = "application/json";
  static final String SEQUENCE_HEADER = "X-Ledger-Sequence";
  private static final Form<ErrorReport> ERROR = Forms.of(ErrorReport.class);

  static <T> Reply json(int status, Form<T> form, T value) {
    return new Reply(status, JSON, Buffer.buffer(JsonText.write(form, value)), Map.of());
  }

  static Reply text(int status, String type, String text) {
    return new Reply(status, type, Buffer.buffer(text), Map.of());
  }

  static Reply error(ErrorReport error) {
    return json(error.error().status(), ERROR, error);
  }

  /** Says at which sequence the state was seen. */
  Reply at(long sequence) {
    return with(SEQUENCE_HEADER, Long.toString(sequence));
  }

  Reply with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Reply(status, type, body, more);
  }
}
