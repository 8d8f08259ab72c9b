package io.leat.wire;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.log4j.AppenderSkeleton;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.apache.log4j.spi.LoggingEvent;

/** Keeps what some loggers log while it is open. */
public final class CapturedLog extends AppenderSkeleton implements AutoCloseable {
  private final List<LoggingEvent> events = new CopyOnWriteArrayList<>();
  private final List<Logger> loggers;

  /** What this package logs, and Netty's reports of leaked buffers. */
  static CapturedLog ofWire() {
    return new CapturedLog("io.leat.wire", "io.netty.util.ResourceLeakDetector");
  }

  /**
   * Of these loggers and all below them, from {@code INFO} on; it goes nowhere else meanwhile.
   *
   * @param names as of classes and packages
   */
  public CapturedLog(String... names) {
    loggers = Arrays.stream(names).map(Logger::getLogger).toList();
    for (Logger logger : loggers) {
      logger.setLevel(Level.INFO);
      logger.setAdditivity(false);
      logger.addAppender(this);
    }
  }

  /** Messages of this level that contain {@code part}. */
  public List<String> lines(Level level, String part) {
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
