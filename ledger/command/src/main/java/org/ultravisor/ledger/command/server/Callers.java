package org.ultravisor.ledger.command.server;

import io.vertx.core.http.HttpConnection;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.command.ChannelTls;
import org.ultravisor.ledger.core.Principal;

/**
 * Who is at the other end of each open connection, and how much of the channel each uses: the one
 * place that says so, whatever is spoken over the connection. Any thread.
 */
final class Callers {
  private static final Logger LOG = LoggerFactory.getLogger(Callers.class);

  private final @Nullable ChannelTls tls;
  private final ChannelLimits limits;
  private final AtomicInteger open;
  private final Map<HttpConnection, Caller> callers = new ConcurrentHashMap<>();
  private final Map<String, Integer> perAddress = new ConcurrentHashMap<>();

  /** One connection's principal and what is left of its share. */
  static final class Caller {
    private final Principal principal;
    private final X509Certificate @Nullable [] chain;
    private final Rate rate;
    private final Runnable forget;
    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile Runnable close;
    private volatile boolean asked;

    Caller(
        Principal principal,
        X509Certificate @Nullable [] chain,
        Rate rate,
        Runnable close,
        Runnable forget) {
      this.principal = principal;
      this.chain = chain;
      this.rate = rate;
      this.close = close;
      this.forget = forget;
    }

    Principal principal() {
      return principal;
    }

    /**
     * Counts a request.
     *
     * @throws CommandFailure.Busy if there were too many of late
     */
    void asks() {
      asked = true;
      if (!rate.take(System.nanoTime())) {
        throw new CommandFailure.Busy(
            "more than %d requests a second over one connection".formatted(rate.perSecond()));
      }
    }

    /** From here on the connection is no HTTP's, and is closed otherwise. */
    void upgraded(Runnable closing) {
      close = closing;
    }

    /** The connection has ended; any number of times. */
    void gone() {
      if (gone.compareAndSet(false, true)) {
        forget.run();
      }
    }
  }

  /**
   * @param tls null if connections are plain, so that everybody is {@link Principal#LOCAL}
   * @param open counts the connections
   */
  Callers(@Nullable ChannelTls tls, ChannelLimits limits, AtomicInteger open) {
    this.tls = tls;
    this.limits = limits;
    this.open = open;
  }

  /** Takes a new connection in, or closes it if there are too many or nobody is behind it. */
  void connected(HttpConnection connection) {
    String address = String.valueOf(connection.remoteAddress().host());
    int all = open.incrementAndGet();
    int here = perAddress.merge(address, 1, Integer::sum);
    if (all > limits.connections() || here > limits.connectionsPerAddress()) {
      LOG.warn(
          "Closed a connection from {}: {} are open, {} of them from there; the limits are {} and"
              + " {}",
          address,
          all,
          here,
          limits.connections(),
          limits.connectionsPerAddress());
      closed(connection, address);
      connection.close();
      return;
    }
    try {
      Caller caller = caller(connection, () -> closed(connection, address));
      callers.put(connection, caller);
      connection.closeHandler(_ -> caller.gone());
    } catch (CertificateException | SSLPeerUnverifiedException e) {
      LOG.warn("Closed a connection from {}: {}", address, e.getMessage());
      closed(connection, address);
      connection.close();
    }
  }

  private void closed(HttpConnection connection, String address) {
    open.decrementAndGet();
    callers.remove(connection);
    perAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
  }

  private Caller caller(HttpConnection connection, Runnable forget)
      throws CertificateException, SSLPeerUnverifiedException {
    Rate rate = new Rate(limits.requestsPerSecond(), limits.burst(), System.nanoTime());
    if (tls == null) {
      return new Caller(Principal.LOCAL, null, rate, connection::close, forget);
    }
    if (!connection.isSsl()) {
      throw new SSLPeerUnverifiedException("a plain connection where there is TLS");
    }
    X509Certificate[] chain =
        connection.peerCertificates().stream()
            .map(X509Certificate.class::cast)
            .toArray(X509Certificate[]::new);
    return new Caller(tls.identify().principal(chain[0]), chain, rate, connection::close, forget);
  }

  /**
   * Who is there.
   *
   * @throws CommandFailure.Unavailable if the connection is closing
   */
  Caller of(HttpConnection connection) {
    Caller caller = callers.get(connection);
    if (caller == null) {
      throw new CommandFailure.Unavailable("the connection is being closed");
    }
    return caller;
  }

  /** Whether the connection is open and nothing was asked over it. */
  boolean silent(HttpConnection connection) {
    Caller caller = callers.get(connection);
    return caller != null && !caller.asked;
  }

  /** Closes connections whose certificates are trusted no more: their authority was replaced. */
  void recheck() {
    ChannelTls now = tls;
    if (now == null) {
      return;
    }
    for (Caller caller : List.copyOf(callers.values())) {
      if (caller.chain != null && !trusted(now, caller.chain)) {
        LOG.warn(
            "Closed the connection of {}: its certificate is trusted no more", caller.principal);
        caller.close.run();
      }
    }
  }

  private static boolean trusted(ChannelTls tls, X509Certificate[] chain) {
    try {
      tls.clients().checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException e) {
      return false; // the trust manager has said why
    }
  }
}
