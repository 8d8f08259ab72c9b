package io.leat.wire;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.log4j.AppenderSkeleton;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.apache.log4j.spi.LoggingEvent;

/** Keeps what is logged by this package, and Netty's reports of leaked buffers. */
final class CapturedLog extends AppenderSkeleton implements AutoCloseable {
  private final List<LoggingEvent> events = new CopyOnWriteArrayList<>();
  private final List<Logger> loggers =
      List.of(
          Logger.getLogger("io.leat.wire"), Logger.getLogger("io.netty.util.ResourceLeakDetector"));

  CapturedLog() {
    for (Logger logger : loggers) {
      logger.setLevel(Level.INFO);
      logger.setAdditivity(false);
      logger.addAppender(this);
    }
  }

  /** Messages of this level that contain {@code part}. */
  List<String> lines(Level level, String part) {
    return events.stream()
        .filter(event -> event.getLevel().equals(level))
        .map(LoggingEvent::getRenderedMessage)
        .filter(line -> line.contains(part))
        .toList();
  }

  @Override
  protected void append(LoggingEvent event) {
    events.add(event);
  }

  @Override
  public void close() {
    for (Logger logger : loggers) {
      logger.removeAppender(this);
      logger.setAdditivity(true);
    }
  }

  @Override
  public boolean requiresLayout() {
    return false;
  }
}
