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
        .put((byte) (extent.unwritten() ? 1 : 0))
        .put((byte) extent.checksumKind().number())
        .putInt(extent.checksum())
        .put(extent.bytes().asReadOnlyByteBuffer())
        .array();
  }

  public static Extent extent(long fileOffset, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    return new Extent(
        fileOffset,
        in.getInt(),
        in.getLong(),
        in.getLong(),
        in.get() != 0,
        ChecksumKind.of(in.get()),
        in.getInt(),
        ByteString.copyFrom(in));
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
