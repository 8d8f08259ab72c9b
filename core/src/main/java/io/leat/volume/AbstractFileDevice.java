package io.leat.volume;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * A device over a path of the local host, read and written with positional calls.
 *
 * <p>Heap buffers go in pieces through a bounded buffer of the thread, direct ones as they are.
 */
abstract sealed class AbstractFileDevice implements Device permits FileDevice, DirectDevice {

  private static final BounceBuffers HEAP_COPIES = new BounceBuffers();

  private final Path path;
  private final Access access;
  private final int alignment;

  /** For everything but reads. */
  private final ReopeningChannel channel;

  private final ReadChannels readChannels;
  private final FileInputStream witness;
  private final long size;
  private final GroupFlush groupFlush;

  AbstractFileDevice(Path path, Access access, int alignment, Set<OpenOption> extraOptions)
      throws IOException {
    this.path = path;
    this.access = access;
    this.alignment = alignment;
    this.channel = new ReopeningChannel(path, options(access, extraOptions));
    try {
      this.size = Alignment.down(channel.run(c -> c.size()), alignment);
      this.witness = new FileInputStream(path.toFile());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    try {
      this.readChannels = new ReadChannels(channel, options(access.asReadOnly(), extraOptions));
    } catch (IOException e) {
      try (witness;
          channel) {
        throw e;
      }
    }
    this.groupFlush = new GroupFlush(path.toString(), this::sync);
  }

  private static Set<OpenOption> options(Access access, Set<OpenOption> extraOptions) {
    Set<OpenOption> options = new HashSet<>(extraOptions);
    options.add(StandardOpenOption.READ);
    if (!access.readOnly()) {
      options.add(StandardOpenOption.WRITE);
    }
    if (access.writeThrough()) {
      options.add(StandardOpenOption.DSYNC);
    }
    return options;
  }

  @Override
  public final long size() {
    return size;
  }

  @Override
  public final int alignment() {
    return alignment;
  }

  @Override
  public final void read(long offset, ByteBuffer dst) throws IOException {
    int length = dst.remaining();
    check(offset, dst);
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("cannot read into a read-only buffer");
    }
    try {
      if (dst.isDirect()) {
        readFully(offset, dst);
      } else {
        readThroughCopies(offset, dst);
      }
    } catch (IOException e) {
      throw failure("read", length, offset, e);
    }
  }

  @Override
  public final void write(long offset, ByteBuffer src) throws IOException {
    int length = src.remaining();
    check(offset, src);
    if (access.readOnly()) {
      throw new IOException(
          "%s is open read-only: cannot write %d bytes at offset %d"
              .formatted(path, length, offset));
    }
    try {
      if (src.isDirect()) {
        writeFully(offset, src);
      } else {
        writeThroughCopies(offset, src);
      }
    } catch (IOException e) {
      throw failure("write", length, offset, e);
    }
  }

  private void check(long offset, ByteBuffer buffer) throws IOException {
    channel.checkOpen();
    Ranges.check(path, offset, buffer.remaining(), size);
    Alignment.check(path, offset, buffer, alignment);
  }

  private void readThroughCopies(long offset, ByteBuffer dst) throws IOException {
    long at = offset;
    while (dst.hasRemaining()) {
      ByteBuffer copy = HEAP_COPIES.take(Math.min(dst.remaining(), BounceBuffers.BYTES_MAX));
      readFully(at, copy);
      at += copy.position();
      dst.put(copy.flip());
    }
  }

  private void writeThroughCopies(long offset, ByteBuffer src) throws IOException {
    long at = offset;
    while (src.hasRemaining()) {
      int length = Math.min(src.remaining(), BounceBuffers.BYTES_MAX);
      ByteBuffer copy = HEAP_COPIES.take(length);
      copy.put(0, src, src.position(), length);
      writeFully(at, copy);
      src.position(src.position() + length);
      at += length;
    }
  }

  private void readFully(long offset, ByteBuffer dst) throws IOException {
    long shift = offset - dst.position();
    while (dst.hasRemaining()) {
      int read = readChannels.read(dst, shift + dst.position());
      if (read <= 0) {
        throw new EOFException("it became shorter than " + size + " bytes while it was open");
      }
    }
  }

  private void writeFully(long offset, ByteBuffer src) throws IOException {
    long shift = offset - src.position();
    while (src.hasRemaining()) {
      int written = channel.run(FileChannel::write, src, shift + src.position());
      if (written <= 0) {
        throw new IOException("the device takes no more bytes");
      }
    }
  }

  @Override
  public final void flush() throws IOException {
    channel.checkOpen();
    if (!access.writeThrough() && !access.readOnly()) {
      groupFlush.run();
    }
  }

  /**
   * The kernel tells of a page that could not be written back only to descriptors that were open at
   * that time, and an interrupt may hide the answer of the call that was told. So if the channel
   * was closed since the last flush or by this one, a descriptor answers that is open all the time
   * and that no interrupt can close. It is not used always because it flushes the file's times too.
   */
  private void sync() throws IOException {
    boolean done = channel.tryOnce(AbstractFileDevice::force);
    // Asked after the attempt, which may itself have found the channel closed and opened it again.
    if (channel.takeReopened() || !done) {
      channel.checkOpen();
      witness.getFD().sync();
    }
  }

  private static long force(FileChannel channel) throws IOException {
    channel.force(false);
    return 0;
  }

  private IOException failure(String verb, int length, long offset, IOException cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new IOException(
        "cannot %s %d bytes at offset %d of %s: %s".formatted(verb, length, offset, path, reason),
        cause);
  }

  @Override
  public final void close() throws IOException {
    try (witness;
        readChannels) {
      channel.close();
    }
  }

  @Override
  public final String toString() {
    return path.toString();
  }
}
