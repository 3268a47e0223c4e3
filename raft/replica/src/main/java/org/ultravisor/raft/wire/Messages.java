package org.ultravisor.raft.wire;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;

/** Raft's messages from bytes, and answers for those who wait. */
final class Messages {
  private Messages() {}

  /** A message's own parser. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(CodedInputStream in) throws IOException;
  }

  /** Reads a message; log entries in it share the array instead of copying it. */
  static <T> T read(ByteString bytes, Parser<T> parser) throws IOException {
    CodedInputStream in = bytes.newCodedInput();
    in.enableAliasing(true);
    return parser.parse(in);
  }

  /** Waits; every failure is an IOException. */
  static <T> T await(CompletableFuture<ByteString> answer, Duration longest, Parser<T> parser)
      throws IOException {
    try {
      return read(answer.get(longest.toMillis(), TimeUnit.MILLISECONDS), parser);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer in " + longest.toMillis() + " ms", e);
    }
  }
}
