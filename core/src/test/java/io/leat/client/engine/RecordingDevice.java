package io.leat.client.engine;

import io.leat.volume.Device;
import io.leat.volume.MemoryDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Memory that tells of writes and flushes before they happen, and fails them when told to. */
final class RecordingDevice implements Device {

  /** Who is told. */
  interface Recorder {
    void write(long offset, int length);

    void flush();
  }

  private final MemoryDevice memory;
  private final Recorder recorder;
  boolean failWrites;
  boolean failFlushes;

  RecordingDevice(MemoryDevice memory, Recorder recorder) {
    this.memory = memory;
    this.recorder = recorder;
  }

  @Override
  public long size() {
    return memory.size();
  }

  @Override
  public int alignment() {
    return memory.alignment();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    memory.read(offset, dst);
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    if (failWrites) {
      throw new IOException("write refused by the test");
    }
    recorder.write(offset, src.remaining());
    memory.write(offset, src);
  }

  @Override
  public void flush() throws IOException {
    if (failFlushes) {
      throw new IOException("flush refused by the test");
    }
    recorder.flush();
    memory.flush();
  }

  @Override
  public void close() {
    memory.close();
  }
}
