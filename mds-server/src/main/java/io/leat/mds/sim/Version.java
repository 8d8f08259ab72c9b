package io.leat.mds.sim;

import java.util.Arrays;

/**
 * One version of a file's bytes: until when somebody may see it, and what a death of the host may
 * have taken of it. Bytes are lost from some place to the end, which is known once somebody was
 * refused them, or was shown all of them.
 */
final class Version {

  static final long FOREVER = Long.MAX_VALUE;

  private final byte[] bytes;
  private long until = FOREVER;

  /** Since when it is known to be in the journal. */
  private long journaled = FOREVER;

  /** Bytes from the start that no death of the host may take. */
  private int durable;

  /** Where the bytes end that are left; all are as far as is known. */
  private int end;

  /** A death of the host may have taken what is not durable. */
  private boolean inDoubt;

  private Version(byte[] bytes, int durable, int end, boolean inDoubt) {
    this.bytes = bytes;
    this.durable = Math.min(durable, bytes.length);
    this.end = end;
    this.inDoubt = inDoubt && this.durable < bytes.length;
  }

  static Version empty() {
    return new Version(new byte[0], 0, 0, false);
  }

  /** With more behind it. */
  Version grown(byte[] grown) {
    return new Version(grown, durable, grown.length, false);
  }

  /** Without what is behind {@code size}; then it is durable where nothing in doubt is left. */
  Version cut(int size) {
    return new Version(Arrays.copyOf(bytes, size), durable, Math.min(end, size), inDoubt);
  }

  /** With another file's behind it. */
  Version joined(Version tail) {
    byte[] both = Arrays.copyOf(bytes, bytes.length + tail.bytes.length);
    System.arraycopy(tail.bytes, 0, both, bytes.length, tail.bytes.length);
    int certain = durable == bytes.length ? durable + tail.durable : durable;
    return new Version(both, certain, both.length, inDoubt || tail.inDoubt);
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return bytes.length;
  }

  boolean isOver() {
    return until < FOREVER;
  }

  /** Whether who asked at some time may see it. */
  boolean visibleSince(long millis) {
    return until >= millis;
  }

  void over(long millis) {
    until = Math.min(until, millis);
  }

  /** All of it is on the device. */
  void durable() {
    durable = bytes.length;
    inDoubt = false;
  }

  void journaled(long millis) {
    journaled = Math.min(journaled, millis);
  }

  /**
   * The host has died, and this may be what the file holds after it.
   *
   * @param syncedMillis what was in the journal then, and was not in doubt, is durable
   */
  void hostDied(long syncedMillis) {
    until = FOREVER;
    // What happened in the same millisecond may have come after the server's look at its commits.
    if (journaled < syncedMillis && isWhole() && !inDoubt) {
      durable();
    }
    inDoubt |= isWhole() && durable < bytes.length;
  }

  private boolean isWhole() {
    return end == bytes.length;
  }

  /** The server says that nothing of it is lost: so it is not, if that may be. */
  boolean foundWhole() {
    if (isWhole() && inDoubt) {
      durable();
    }
    return isWhole();
  }

  /** The server says that bytes are lost from some place on: so they are, if that may be. */
  boolean foundLost(long from) {
    if (inDoubt && durable <= from && from < bytes.length) {
      end = (int) from;
      durable = end;
      inDoubt = false;
    }
    return !isWhole() && from == end;
  }

  /**
   * Whether a reader may be given this; if it may, it tells what is lost.
   *
   * @param wanted bytes it had room for
   * @param got empty at the end
   */
  boolean read(long position, int wanted, byte[] got) {
    if (position >= bytes.length) {
      return got.length == 0;
    }
    long stop = position + got.length;
    if (got.length == 0
        || stop > end
        || !Arrays.equals(bytes, (int) position, (int) stop, got, 0, got.length)) {
      return false;
    }
    boolean shortened = stop < Math.min(position + wanted, bytes.length);
    return !shortened || foundLost(stop);
  }
}
