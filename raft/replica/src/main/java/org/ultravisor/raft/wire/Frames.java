package org.ultravisor.raft.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * Frames of a connection, numbers with the highest byte first:
 *
 * <pre>
 *   length (4)   of what follows, 9 to 64 Mi
 *   kind   (1)   of a question (Kind), or 0x40 an answer, 0x41 why there is none, 0x42 a greeting
 *   call   (8)   chosen by who asks; the answer has the same
 *   body         Raft's protobuf message, or text in UTF-8
 * </pre>
 */
final class Frames {
  static final int ANSWER = 0x40;
  static final int FAILURE = 0x41;
  static final int GREETING = 0x42;

  static final int HEADER = 13;
  static final int LONGEST = 64 << 20;

  /** Larger buffers are given back after use. */
  private static final int TO_KEEP = 1 << 20;

  private Frames() {}

  /** What was read. */
  record Frame(int kind, long call, ByteString body) {
    String text() {
      return body.toStringUtf8();
    }
  }

  /** Writes frames, each with one call of the stream. One thread at a time. */
  static final class Writer {
    private final OutputStream out;
    private byte[] buffer = new byte[8 << 10];

    Writer(OutputStream out) {
      this.out = out;
    }

    void write(int kind, long call, MessageLite body) throws IOException {
      int size = body.getSerializedSize();
      frame(kind, call, size);
      CodedOutputStream coded = CodedOutputStream.newInstance(buffer, HEADER, size);
      body.writeTo(coded);
      coded.checkNoSpaceLeft();
      send(size);
    }

    void write(int kind, long call, String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      frame(kind, call, bytes.length);
      System.arraycopy(bytes, 0, buffer, HEADER, bytes.length);
      send(bytes.length);
    }

    private void frame(int kind, long call, int size) throws IOException {
      if (size > LONGEST - HEADER) {
        throw new IOException("a message of %d bytes, at most %d".formatted(size, LONGEST));
      }
      if (buffer.length < HEADER + size) {
        buffer = new byte[Math.max(HEADER + size, Math.min(2 * buffer.length, TO_KEEP))];
      }
      ByteBuffer.wrap(buffer).putInt(HEADER - Integer.BYTES + size).put((byte) kind).putLong(call);
    }

    private void send(int size) throws IOException {
      out.write(buffer, 0, HEADER + size);
      out.flush();
      if (buffer.length > TO_KEEP) {
        buffer = new byte[8 << 10];
      }
    }
  }

  /** Reads frames. One thread. */
  static final class Reader {
    private final DataInputStream in;

    Reader(InputStream in) {
      this.in = new DataInputStream(in);
    }

    /** The next frame; {@link EOFException} at the end, any IOException if it is no frame. */
    Frame read() throws IOException {
      int length = in.readInt();
      if (length < HEADER - Integer.BYTES || length > LONGEST) {
        throw new IOException(
            "a frame of %d bytes; %d to %d expected"
                .formatted(length, HEADER - Integer.BYTES, LONGEST));
      }
      int kind = in.readUnsignedByte();
      long call = in.readLong();
      byte[] body = new byte[length - (HEADER - Integer.BYTES)];
      in.readFully(body);
      return new Frame(kind, call, UnsafeByteOperations.unsafeWrap(body));
    }
  }
}
