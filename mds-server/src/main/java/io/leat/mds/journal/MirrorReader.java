package io.leat.mds.journal;

import io.leat.mds.journal.MetadataArea.Reading;
import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is read on one device of a {@link MirroredArea}, and on another when that fails. One
 * thread at a time.
 */
final class MirrorReader implements Device {

  private static final Logger LOG = LoggerFactory.getLogger(MirrorReader.class);

  private final MirroredArea area;
  private final Reading<Optional<Device>> opening;
  private final Object what;
  private MirrorLeg from;
  private Device part;

  /**
   * @param opening on one of the devices; empty when it is not there
   * @param what the file, for people
   */
  MirrorReader(MirroredArea area, Reading<Optional<Device>> opening, Object what) {
    this.area = area;
    this.opening = opening;
    this.what = what;
  }

  /** Opens it on one of the devices; empty when it is not there. */
  Optional<Device> open() throws IOException {
    part = null;
    area.readAny(
        area.inSync(),
        leg -> {
          part = opening.from(leg.area()).orElse(null);
          from = leg;
        });
    return Optional.ofNullable(part == null ? null : this);
  }

  @Override
  public long size() {
    return part.size();
  }

  @Override
  public int alignment() {
    return part.alignment();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    int at = dst.position();
    while (true) {
      try {
        part.read(offset, dst.position(at));
        return;
      } catch (IOException e) {
        LOG.warn("{} cannot be read, another device is tried: {}", part, e.getMessage());
        area.cannotBeRead(from, e);
        close();
        if (open().isEmpty()) {
          throw new NoSuchFileException(what.toString());
        }
      }
    }
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    throw new IOException(this + " is open for reading");
  }

  @Override
  public void flush() {}

  @Override
  public void close() throws IOException {
    if (part != null) {
      part.close();
    }
  }

  @Override
  public String toString() {
    return part == null ? what.toString() : part.toString();
  }
}
