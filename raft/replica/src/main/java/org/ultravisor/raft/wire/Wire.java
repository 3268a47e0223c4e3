package org.ultravisor.raft.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;

/**
 * Carries questions between replicas and brings back their answers. A question may be lost; then
 * its future fails, or nothing comes until its time is over. Any thread.
 */
public interface Wire extends AutoCloseable {

  /** Questions to one peer in one lane arrive in the order in which they were asked. */
  enum Lane {
    /** Appends and snapshots, which may be long. */
    APPENDS,
    /** Votes and all that must not wait behind an append. */
    CONTROL;

    /** As in threads' names. */
    String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Listens; from then on the receiver is told what arrives. */
  void start(Receiver receiver) throws IOException;

  /** The replica at this end. */
  String self();

  /** Where this end listens. */
  InetSocketAddress address();

  /**
   * A peer, or a peer's new address.
   *
   * @param address {@code host:port}
   */
  void know(String peer, String address);

  /**
   * Asks; the future is completed on a thread of the wire's, with the answer's bytes. It fails with
   * an {@link IOException}: the peer cannot be reached, the connection ended, the time is over, or
   * the peer says why it has no answer. May block while the question is being sent.
   */
  CompletableFuture<ByteString> ask(
      String peer, Lane lane, Kind kind, MessageLite question, Duration longest);

  /** Forgets the connections to a peer, so that the next question has new ones. */
  void disconnect(String peer);

  @Override
  void close();

  /** What arrives from other replicas. */
  interface Receiver {
    /**
     * A question, on a thread of the wire's; the next one of its lane waits until this returns.
     *
     * @param answer to be given once, on any thread
     */
    void asked(String peer, Kind kind, ByteString question, Answer answer);

    /** The connection by which a peer sent its appends has ended. */
    void lost(String peer);
  }

  /** Takes the answer to a question. */
  interface Answer {
    void give(MessageLite answer);

    /** There is no answer, because of this. */
    void fail(String why);
  }
}
