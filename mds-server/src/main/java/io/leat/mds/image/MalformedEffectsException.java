package io.leat.mds.image;

/** Bytes that are not a sequence of mutations as {@link Effects} writes them. */
public class MalformedEffectsException extends RuntimeException {

  private final int offset;

  /**
   * @param offset where the bad mutation starts, counted from the first byte of the sequence
   * @param reason what is wrong with it
   */
  public MalformedEffectsException(int offset, String reason) {
    super("malformed effects at byte " + offset + ": " + reason);
    this.offset = offset;
  }

  /** Where the bad mutation starts, counted from the first byte of the sequence. */
  public int offset() {
    return offset;
  }
}
