package io.leat.mds.checkpoint;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 over the payloads of all chunks. Entries stand in them as {@link
 * io.leat.mds.image.ImageHash} takes them, so this is the hash of an image that holds just these.
 */
final class EntryHash {

  private final MessageDigest sha;

  EntryHash() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds a payload, whose position does not move. */
  void add(ByteBuffer payload) {
    sha.update(payload.duplicate());
  }

  byte[] digest() {
    return sha.digest();
  }
}
