package io.leat.mds.image;

import java.nio.ByteBuffer;

/** Reads one sequence of mutations, with every length checked before it is used. */
final class EffectsDecoder {

  private final ByteBuffer in;
  private int mutationStart;

  EffectsDecoder(ByteBuffer effects) {
    this.in = effects.slice();
  }

  void applyTo(ImageTransaction transaction) {
    while (in.hasRemaining()) {
      mutationStart = in.position();
      byte kind = in.get();
      switch (kind) {
        case Effects.PUT -> transaction.put(key(), value());
        case Effects.DELETE -> transaction.delete(key());
        default -> throw malformed("unknown kind of mutation " + Byte.toUnsignedInt(kind));
      }
    }
  }

  private byte[] key() {
    requireRemaining(Short.BYTES, "a key length");
    int length = Short.toUnsignedInt(in.getShort());
    if (length == 0 || length > ImageReader.MAX_KEY_BYTES) {
      throw malformed("key length " + length + " is not in 1 to " + ImageReader.MAX_KEY_BYTES);
    }
    return bytes(length, "a key");
  }

  private byte[] value() {
    requireRemaining(Integer.BYTES, "a value length");
    int length = in.getInt();
    if (length < 0 || length > ImageReader.MAX_VALUE_BYTES) {
      throw malformed(
          "value length "
              + Integer.toUnsignedString(length)
              + " is not in 0 to "
              + ImageReader.MAX_VALUE_BYTES);
    }
    return bytes(length, "a value");
  }

  private byte[] bytes(int length, String what) {
    requireRemaining(length, what);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private void requireRemaining(int length, String what) {
    if (in.remaining() < length) {
      throw malformed(what + " takes " + length + " bytes but only " + in.remaining() + " follow");
    }
  }

  private MalformedEffectsException malformed(String reason) {
    return new MalformedEffectsException(mutationStart, reason);
  }
}
