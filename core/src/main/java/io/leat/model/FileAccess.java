package io.leat.model;

/**
 * What is done with a file or directory, and the tokens that it takes. The one place where that is
 * said; docs/protocol.md shows it to people.
 *
 * <p>Buffered and direct volumes take the same: they differ in what is on the device when a commit
 * names it, not in who may know what. Nothing is mapped.
 */
public enum FileAccess {
  /** Read what was committed when it was asked for, while somebody may change the file. */
  READ_SNAPSHOT(Way.HELD, TokenSet.SNAPSHOT),
  /** Read, and know by itself that nothing has changed. */
  READ(Way.HELD, TokenSet.READER),
  /** Write a stream: of a new file, or at the end of one. */
  WRITE(Way.HELD, TokenSet.WRITER),
  /** Write a stream in a range of a file, beside others in other ranges. */
  WRITE_RANGE(Way.HELD, TokenSet.RANGE_WRITER),
  /** Pass a directory of a path that is remembered. */
  PASS(Way.HELD, TokenSet.PATH),
  /** Look at a file or directory that is remembered. */
  LOOK(Way.HELD, TokenSet.STATUS),
  /** Know of a directory that is remembered which names are in it, and which are not. */
  LIST(Way.HELD, TokenSet.ENTRIES),
  /** Take the write lease of a file that is there. */
  APPEND(Way.ASKED_BACK, TokenSet.WRITER),
  /** Take the write lease of a range of a file that is there. */
  OPEN_RANGE(Way.ASKED_BACK, TokenSet.RANGE_WRITER),
  /** Cut a file. */
  TRUNCATE(Way.ASKED_BACK, TokenSet.WRITER),
  /** Put the extents of others behind a file's. */
  CONCATENATE(Way.ASKED_BACK, TokenSet.WRITER),
  /** Take what is there from its place: delete it, replace it, put it behind another. */
  UNLINK(Way.ASKED_BACK, TokenSet.NONE.with(TokenKind.NAME, TokenLevel.WRITE)),
  /** Move what is there to another place. */
  RENAME(Way.ASKED_BACK, TokenSet.NONE.with(TokenKind.NAME, TokenLevel.WRITE)),
  /** Put something new into a directory. */
  ADD_ENTRY(
      Way.ASKED_BACK,
      TokenSet.NONE
          .with(TokenKind.EXTENT, TokenLevel.WRITE)
          .with(TokenKind.TIMES, TokenLevel.WRITE)),
  /** Take something out of a directory. */
  REMOVE_ENTRY(Way.ASKED_BACK, TokenSet.NONE.with(TokenKind.TIMES, TokenLevel.WRITE)),
  /** Change owner, group, mode or extended attributes. */
  SET_ATTRIBUTES(Way.ASKED_BACK, TokenSet.NONE.with(TokenKind.ATTR, TokenLevel.WRITE)),
  /** Set times. */
  SET_TIMES(Way.ASKED_BACK, TokenSet.NONE.with(TokenKind.TIMES, TokenLevel.WRITE));

  /** Who needs the tokens. */
  public enum Way {
    /** The client, which does it by itself as long as it holds them. */
    HELD,
    /** The server, which does it once nobody holds anything against them. */
    ASKED_BACK
  }

  private final Way way;
  private final long bits;

  FileAccess(Way way, TokenSet tokens) {
    this.way = way;
    this.bits = tokens.bits();
  }

  public Way way() {
    return way;
  }

  public TokenSet tokens() {
    return new TokenSet(bits);
  }
}
