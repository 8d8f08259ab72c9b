package io.leat.mds.journal;

import io.leat.mds.journal.MetadataArea.Reading;
import io.leat.mds.journal.MirrorLeg.Call;
import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is written on several devices of a {@link MirroredArea}, and read on the first of
 * them that can. One thread at a time.
 */
final class MirrorWriter implements Device {

  private final MirroredArea area;
  private final Device[] parts;
  private final long millis;
  private int opened;

  /**
   * @param millis how long a write may take while others are done sooner
   */
  MirrorWriter(MirroredArea area, long millis) {
    this.area = area;
    this.parts = new Device[area.legs().size()];
    this.millis = millis;
  }

  /**
   * Opens it on all devices.
   *
   * @param opening on one of them
   */
  MirrorWriter open(Reading<Device> opening) throws IOException {
    Call[] calls = new Call[parts.length];
    for (int i = 0; i < calls.length; i++) {
      int index = i;
      calls[i] = on -> parts[index] = opening.from(on);
    }
    try {
      area.onAll(area.targets(), MirroredArea.LONG_WRITE_MILLIS_MAX, calls);
      opened = area.bits(leg -> parts[leg.index()] != null);
      return this;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void write(Writing writing) throws IOException {
    Call[] calls = new Call[parts.length];
    for (int i = 0; i < calls.length; i++) {
      Device part = parts[i];
      calls[i] = on -> writing.on(part);
    }
    opened &= area.targets(); // what has missed a write gets no further one
    if ((area.inSync() & ~opened) != 0) {
      throw new IOException(this + " was opened before another device was in sync");
    }
    area.onAll(opened, millis, calls);
  }

  /** What is done with each part. */
  @FunctionalInterface
  private interface Writing {
    void on(Device part) throws IOException;
  }

  @Override
  public long size() {
    long size = Long.MAX_VALUE;
    for (Device part : parts) {
      size = part == null ? size : Math.min(size, part.size());
    }
    return size;
  }

  @Override
  public int alignment() {
    int alignment = 1;
    for (Device part : parts) {
      alignment = part == null ? alignment : Math.max(alignment, part.alignment());
    }
    return alignment;
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    int at = dst.position();
    area.readAny(area.inSync() & opened, leg -> parts[leg.index()].read(offset, dst.position(at)));
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    write(part -> part.write(offset, src.duplicate()));
    src.position(src.limit());
  }

  @Override
  public void flush() throws IOException {
    write(Device::flush);
  }

  @Override
  public void close() {
    for (MirrorLeg leg : area.legs()) {
      if (parts[leg.index()] != null) {
        leg.close(parts[leg.index()]);
      }
    }
  }

  @Override
  public String toString() {
    for (Device part : parts) {
      if (part != null) {
        return part.toString();
      }
    }
    return "a file of " + area;
  }
}
