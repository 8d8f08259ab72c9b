package io.leat.mds.journal;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Computes the running hash: SHA-256 over previous hash, epoch, batch number and payload, cut to 16
 * bytes. One thread at a time.
 */
final class HashChain {

  private static final int SHA_BYTES = 32;

  private final MessageDigest sha;
  private final ByteBuffer prefix = ByteBuffer.allocate(ChainHash.BYTES + 2 * Long.BYTES);
  private final ByteBuffer digest = ByteBuffer.allocate(SHA_BYTES);

  HashChain() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The position after a batch; does not move the payload's position. */
  JournalPosition next(JournalPosition before, long epoch, ByteBuffer payload) {
    long batch = before.batch() + 1;
    before.hash().put(prefix, 0);
    prefix.putLong(ChainHash.BYTES, epoch).putLong(ChainHash.BYTES + Long.BYTES, batch);
    sha.update(prefix.array());
    sha.update(payload.duplicate());
    try {
      sha.digest(digest.array(), 0, SHA_BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("a SHA-256 has " + SHA_BYTES + " bytes", e);
    }
    return new JournalPosition(epoch, batch, ChainHash.get(digest, 0));
  }
}
