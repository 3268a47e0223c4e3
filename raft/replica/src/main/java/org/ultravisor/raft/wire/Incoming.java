package org.ultravisor.raft.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that a peer made, by which it asks us. Its own thread reads; any thread answers. */
final class Incoming {
  private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);
  private static final int READ_BUFFER = 64 << 10;
  private static final int GREETING_MILLIS = 5_000;

  private final Socket socket;
  private final Frames.Writer writer;
  private final Frames.Reader reader;
  private final ReentrantLock answering = new ReentrantLock();

  Incoming(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.writer = new Frames.Writer(socket.getOutputStream());
    this.reader = new Frames.Reader(new BufferedInputStream(socket.getInputStream(), READ_BUFFER));
  }

  /** Reads the greeting and refuses what is not meant for us. */
  Greeting greeted(String group, String self, Sockets sockets) throws IOException {
    socket.setSoTimeout(GREETING_MILLIS);
    Greeting greeting = Greeting.parse(reader.read());
    try {
      greeting.requireFor(group, self);
      sockets.requirePeer(socket, greeting.from());
    } catch (IOException e) {
      writer.write(Frames.GREETING, 0, String.valueOf(e.getMessage()));
      throw e;
    }
    socket.setSoTimeout(0);
    return greeting;
  }

  /** Hands on questions until the connection ends, which is an IOException. */
  void read(String peer, Wire.Receiver receiver) throws IOException {
    while (true) {
      Frames.Frame frame = reader.read();
      receiver.asked(peer, Kind.of(frame.kind()), frame.body(), new Once(frame.call()));
    }
  }

  private final class Once implements Wire.Answer {
    private final long call;

    Once(long call) {
      this.call = call;
    }

    @Override
    public void give(MessageLite answer) {
      answering.lock();
      try {
        writer.write(Frames.ANSWER, call, answer);
      } catch (IOException e) {
        broken(e);
      } finally {
        answering.unlock();
      }
    }

    @Override
    public void fail(String why) {
      answering.lock();
      try {
        writer.write(Frames.FAILURE, call, why);
      } catch (IOException e) {
        broken(e);
      } finally {
        answering.unlock();
      }
    }

    /** Who asked has gone; half a frame must not be followed by another. */
    private void broken(IOException e) {
      LOG.debug("An answer was not sent", e);
      close();
    }
  }

  /** Any thread, any number of times. */
  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("Closing", e); // it is of no use any more, however it closes
    }
  }
}
