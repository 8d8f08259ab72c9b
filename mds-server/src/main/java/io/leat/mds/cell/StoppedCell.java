package io.leat.mds.cell;

import io.leat.mds.config.LeatConfiguration;
import java.io.Closeable;
import java.io.IOException;

/** A cell that does not run and cannot be started until this is closed; for one owner. */
public final class StoppedCell implements Closeable {

  private final CellLock lock;
  private final LeatConfiguration configuration;

  private StoppedCell(CellLock lock, LeatConfiguration configuration) {
    this.lock = lock;
    this.configuration = configuration;
  }

  /**
   * Keeps the cell of a directory from starting.
   *
   * @throws CellInUseException when it runs
   * @throws IOException when its configuration cannot be read
   */
  public static StoppedCell take(CellLayout layout) throws IOException {
    CellLock lock = CellLock.take(layout);
    try {
      CellProperties properties = CellProperties.load(layout.properties());
      return new StoppedCell(lock, EmbeddedCell.written(layout, properties));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** What it would be started with. */
  public LeatConfiguration configuration() {
    return configuration;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
