package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** How values of one type are read, written and described. Unchanging; any thread. */
public interface Form<T> {

  /**
   * @throws BadRequest saying where, what was found and what was expected
   */
  T read(Place place);

  void write(T value, JsonGenerator out) throws IOException;

  /** The JSON schema of what is read and written. */
  ObjectNode schema(Schemas schemas);
}
