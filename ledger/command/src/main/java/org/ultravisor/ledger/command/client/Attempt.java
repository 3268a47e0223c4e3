package org.ultravisor.ledger.command.client;

import java.net.URI;
import org.ultravisor.ledger.command.ErrorReport;

/** One way to ask one replica once. Used on the client's thread. */
@FunctionalInterface
interface Attempt<T> {

  /** How an attempt ends; exactly one of these is called, once, on the client's thread. */
  interface Ending<T> {
    /** The answer. */
    void value(T value);

    /** The replica says why there is none. */
    void error(ErrorReport report);

    /** It could not be sent, so nobody has seen it. */
    void notSent(String why);

    /** It may have been seen, and is not answered. */
    void lost(String why);
  }

  void send(URI target, long timeoutMillis, Ending<T> ending);
}
