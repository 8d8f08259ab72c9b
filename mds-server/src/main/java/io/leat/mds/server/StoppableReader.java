package io.leat.mds.server;

import io.leat.mds.image.Entry;
import io.leat.mds.image.EntryVisitor;
import io.leat.mds.image.ImageReader;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Throws {@link CancellationException} from the first use after it is told to stop. */
final class StoppableReader implements ImageReader {

  private final ImageReader reader;
  private final BooleanSupplier stop;

  StoppableReader(ImageReader reader, BooleanSupplier stop) {
    this.reader = reader;
    this.stop = stop;
  }

  private void goOn() {
    if (stop.getAsBoolean()) {
      throw new CancellationException("told to stop");
    }
  }

  @Override
  public byte[] get(byte[] key) {
    goOn();
    return reader.get(key);
  }

  @Override
  public boolean contains(byte[] key) {
    goOn();
    return reader.contains(key);
  }

  @Override
  public void scan(byte[] prefix, byte[] from, EntryVisitor visitor) {
    goOn();
    reader.scan(
        prefix,
        from,
        (key, value) -> {
          goOn();
          return visitor.visit(key, value);
        });
  }

  @Override
  public Entry floor(byte[] prefix, byte[] key) {
    goOn();
    return reader.floor(prefix, key);
  }
}
