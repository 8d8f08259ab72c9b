package io.leat.model;

/**
 * What a token lets its holder cache or change of one file. {@link FileAccess} says what takes
 * which tokens.
 */
public enum TokenKind {
  /** The file exists; its blocks stay where they are, even when it is unlinked. */
  EXIST(0),
  /** Nobody else does I/O on the file. */
  IO_EXCLUSIVE(1),
  /** Reading or writing bytes. */
  IO(2),
  /** Holding changed bytes that are not on the device yet. */
  PAGE_DIRTY(3),
  /** Holding unchanged bytes. */
  PAGE_CLEAN(4),
  /** The place in the tree. */
  NAME(5),
  /** Owner, mode and extended attributes. */
  ATTR(6),
  /** Times of access and change. */
  TIMES(7),
  /** The file's length. */
  SIZE(8),
  /** The file's extents; the directory's entries. */
  EXTENT(9),
  /** The HSM state and event mask. */
  DMAPI(10);

  private final int number;

  TokenKind(int number) {
    this.number = number;
  }

  /** Its place in {@link TokenSet#bits}; never reused. */
  int number() {
    return number;
  }
}
