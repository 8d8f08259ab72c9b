package io.leat.mds.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A digest of everything in an image, to tell whether two images are equal. */
public final class ImageHash {

  private ImageHash() {}

  /**
   * SHA-256 over all entries in the order of keys, each as key length (u16), key, value length
   * (u32), value; lengths are big-endian.
   *
   * @return 64 hexadecimal digits in lower case
   */
  public static String of(ImageReader reader) {
    MessageDigest digest = sha256();
    ByteBuffer lengths = ByteBuffer.allocate(Short.BYTES + Integer.BYTES);
    reader.scan(
        new byte[0],
        null,
        (key, value) -> {
          lengths.clear().putShort((short) key.length).putInt(value.length);
          digest.update(lengths.array(), 0, Short.BYTES);
          digest.update(key);
          digest.update(lengths.array(), Short.BYTES, Integer.BYTES);
          digest.update(value);
          return true;
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256, this one does not", e);
    }
  }
}
