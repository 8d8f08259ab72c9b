package io.leat.mds.check;

import io.leat.mds.image.ImageTransaction;

/**
 * A change to one key.
 *
 * @param key of the image
 * @param value null removes the key
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record Mutation(byte[] key, byte[] value) {

  static Mutation put(byte[] key, byte[] value) {
    return new Mutation(key, value);
  }

  static Mutation delete(byte[] key) {
    return new Mutation(key, null);
  }

  void applyTo(ImageTransaction transaction) {
    if (value == null) {
      transaction.delete(key);
    } else {
      transaction.put(key, value);
    }
  }

  int bytes() {
    return key.length + (value == null ? 0 : value.length);
  }
}
