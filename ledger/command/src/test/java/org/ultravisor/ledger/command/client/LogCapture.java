package org.ultravisor.ledger.command.client;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What is logged below a logger meanwhile, debug lines too. */
final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final BlockingQueue<ILoggingEvent> arriving = new LinkedBlockingQueue<>();
  private final List<ILoggingEvent> taken = new ArrayList<>();
  private final Logger logger;
  private final @Nullable Level before;

  LogCapture(String name) {
    logger = (Logger) LoggerFactory.getLogger(name);
    before = logger.getLevel();
    logger.setLevel(Level.DEBUG);
    logger.addAppender(this);
    start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    arriving.add(event);
  }

  /** Waits for a line that contains a text. */
  void await(String text, int seconds) throws InterruptedException {
    while (true) {
      ILoggingEvent event = arriving.poll(seconds, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no line with " + text + " came; but " + taken);
      }
      taken.add(event);
      if (event.getFormattedMessage().contains(text)) {
        return;
      }
    }
  }

  /** The lines so far of this level or a graver one. */
  List<String> atLeast(Level level) {
    arriving.drainTo(taken);
    return taken.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(level))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(before);
  }
}
