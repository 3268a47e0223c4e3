package org.ultravisor.ledger.command.client;

import java.net.URI;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ultravisor.ledger.codec.CodecException;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.frame.FrameKind;
import org.ultravisor.ledger.command.frame.Frames.Frame;
import org.ultravisor.ledger.command.frame.Payloads;

/**
 * Asks over frames.
 *
 * @param payload what to send at each attempt
 * @param answerKind of the frame that holds an answer
 * @param answer the answer in it
 */
record FrameAttempt<T>(
    Links links,
    Payloads payloads,
    FrameKind kind,
    Supplier<byte[]> payload,
    FrameKind answerKind,
    Function<byte[], T> answer)
    implements Attempt<T> {

  @Override
  public void send(URI target, long timeoutMillis, Ending<T> ending) {
    byte[] bytes;
    try {
      bytes = payload.get();
    } catch (CodecException e) {
      ending.error(ErrorReport.of(ErrorReport.Kind.TOO_LARGE, String.valueOf(e.getMessage())));
      return;
    }
    links.ask(
        target,
        kind,
        bytes,
        timeoutMillis,
        new Link.Asker() {
          @Override
          public void answered(Frame frame) {
            read(target, frame, ending);
          }

          @Override
          public void notSent(String why) {
            ending.notSent(why);
          }

          @Override
          public void lost(String why) {
            ending.lost(why);
          }
        });
  }

  private void read(URI target, Frame frame, Ending<T> ending) {
    T value;
    try {
      if (frame.kind() == FrameKind.ERROR) {
        ending.error(payloads.error(frame.payload()));
        return;
      }
      if (frame.kind() != answerKind) {
        ending.error(
            ErrorReport.of(
                ErrorReport.Kind.INTERNAL, "%s is no answer to %s".formatted(frame.kind(), kind)));
        return;
      }
      value = answer.apply(frame.payload());
    } catch (CodecException e) {
      ending.lost("%s answered what cannot be understood: %s".formatted(target, e.getMessage()));
      return;
    }
    ending.value(value);
  }
}
