package io.leat.mds.namespace;

import com.google.protobuf.ByteString;
import io.leat.model.ChecksumKind;
import io.leat.model.Extent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Flat values of the image: those that are many and small. The rest is protobuf. Reading one of the
 * wrong length throws a {@link RuntimeException}.
 */
public final class Values {

  /**
   * Length of the value of an extent on a volume, and of what stands before an inline one's bytes.
   */
  public static final int EXTENT_BYTES = 4 + 8 + 8 + 1 + 1 + 4;

  /** What the bytes of an extent are: its {@code state}. */
  private static final byte WRITTEN = 0;

  private static final byte UNWRITTEN = 1;
  private static final byte INLINE = 2;

  /** Where the state stands in an extent's value. */
  private static final int STATE_AT = 4 + 8 + 8;

  private Values() {}

  public static byte[] backPointer(long parent, String name) {
    byte[] utf8 = Namespace.utf8(name);
    return ByteBuffer.allocate(8 + utf8.length).putLong(parent).put(utf8).array();
  }

  public static long parentOf(byte[] backPointer) {
    return ByteBuffer.wrap(backPointer).getLong();
  }

  public static String nameOf(byte[] backPointer) {
    return new String(backPointer, 8, backPointer.length - 8, StandardCharsets.UTF_8);
  }

  public static byte[] extent(Extent extent) {
    return ByteBuffer.allocate(EXTENT_BYTES + extent.bytes().size())
        .putInt(extent.volume())
        .putLong(extent.block())
        .putLong(extent.length())
        .put(extent.isInline() ? INLINE : extent.unwritten() ? UNWRITTEN : WRITTEN)
        .put((byte) extent.checksumKind().number())
        .putInt(extent.checksum())
        .put(extent.bytes().asReadOnlyByteBuffer())
        .array();
  }

  public static Extent extent(long fileOffset, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    int volume = in.getInt();
    long block = in.getLong();
    long length = in.getLong();
    byte state = in.get();
    ChecksumKind checksumKind = ChecksumKind.of(in.get());
    int checksum = in.getInt();
    if (in.hasRemaining() != (state == INLINE)) {
      throw new IllegalArgumentException(
          "an extent's value of %d bytes in state %d".formatted(value.length, state));
    }
    ByteString bytes = ByteString.copyFrom(in);
    return new Extent(
        fileOffset, volume, block, length, state == UNWRITTEN, checksumKind, checksum, bytes);
  }

  /** Whether an extent's value says that its bytes stand behind it. */
  public static boolean isInline(byte[] extent) {
    return extent[STATE_AT] == INLINE;
  }

  /** Names a stream of a session. */
  public static byte[] stream(long session, long stream) {
    return ByteBuffer.allocate(16).putLong(session).putLong(stream).array();
  }

  public static long sessionOf(byte[] stream) {
    return ByteBuffer.wrap(stream).getLong();
  }

  public static long streamOf(byte[] stream) {
    return ByteBuffer.wrap(stream).getLong(8);
  }

  public static byte[] count(long count) {
    return ByteBuffer.allocate(8).putLong(count).array();
  }

  public static long count(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }
}
