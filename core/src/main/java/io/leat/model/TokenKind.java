package io.leat.model;

/**
 * What a token lets its holder cache or change of one file. The matrix of which access needs which
 * tokens stands in docs/protocol.md.
 */
public enum TokenKind {
  /** The file exists; its blocks stay where they are, even when it is unlinked. */
  EXIST,
  /** Nobody else does I/O on the file. */
  IO_EXCLUSIVE,
  /** Reading or writing bytes. */
  IO,
  /** Holding changed bytes that are not on the device yet. */
  PAGE_DIRTY,
  /** Holding unchanged bytes. */
  PAGE_CLEAN,
  /** The file's name, or the absence of one. */
  NAME,
  /** Owner, mode and extended attributes. */
  ATTR,
  /** Times of access and change. */
  TIMES,
  /** The file's length. */
  SIZE,
  /** The file's extents. */
  EXTENT,
  /** The HSM state and event mask. */
  DMAPI
}
