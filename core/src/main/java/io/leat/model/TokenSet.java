package io.leat.model;

/**
 * A set of (kind, level) pairs in one 64-bit value: three bits per kind, one per level.
 *
 * @param bits the value on the wire; bits above {@code 3 * TokenKind.values().length} are 0
 */
public record TokenSet(long bits) {

  private static final TokenKind[] KINDS = TokenKind.values();
  private static final int BITS_PER_KIND = TokenLevel.values().length;
  private static final long READS = level(TokenLevel.READ);
  private static final long SHARED_WRITES = level(TokenLevel.SHARED_WRITE);
  private static final long WRITES = level(TokenLevel.WRITE);
  private static final long ALL = READS | SHARED_WRITES | WRITES;

  /** No tokens. */
  public static final TokenSet NONE = new TokenSet(0);

  /**
   * What keeps blocks in their place: who has a file open holds it whatever happens to the file.
   */
  public static final TokenSet SNAPSHOT = NONE.with(TokenKind.EXIST, TokenLevel.READ);

  /** What a reader that caches the file's bytes and layout holds. */
  public static final TokenSet READER =
      SNAPSHOT
          .with(TokenKind.IO, TokenLevel.READ)
          .with(TokenKind.SIZE, TokenLevel.READ)
          .with(TokenKind.EXTENT, TokenLevel.READ);

  /** What the holder of a file's write lease holds. */
  public static final TokenSet WRITER =
      SNAPSHOT
          .with(TokenKind.IO, TokenLevel.WRITE)
          .with(TokenKind.SIZE, TokenLevel.WRITE)
          .with(TokenKind.EXTENT, TokenLevel.WRITE);

  /**
   * What a session holds that has ranges of a file open for writing. Which bytes are whose, the
   * write leases of the ranges say.
   */
  public static final TokenSet RANGE_WRITER =
      SNAPSHOT
          .with(TokenKind.IO, TokenLevel.SHARED_WRITE)
          .with(TokenKind.SIZE, TokenLevel.SHARED_WRITE)
          .with(TokenKind.EXTENT, TokenLevel.SHARED_WRITE);

  /** What a session that writes a file, in whichever way, holds and a reader does not. */
  public static final TokenSet WRITING = WRITER.union(RANGE_WRITER).minus(SNAPSHOT);

  /** What holds an inode in its place in a path that a client remembers. */
  public static final TokenSet PATH =
      NONE.with(TokenKind.NAME, TokenLevel.READ).with(TokenKind.ATTR, TokenLevel.READ);

  /** What a client holds that remembers a status with its path. */
  public static final TokenSet STATUS =
      PATH.with(TokenKind.SIZE, TokenLevel.READ).with(TokenKind.TIMES, TokenLevel.READ);

  /** What a client holds of a directory that knows each of its entries, or that a name is none. */
  public static final TokenSet ENTRIES = PATH.with(TokenKind.EXTENT, TokenLevel.READ);

  /** What of {@link #STATUS} serves nothing but remembering: by SIZE an open file is read, too. */
  public static final TokenSet REMEMBERED = PATH.with(TokenKind.TIMES, TokenLevel.READ);

  /** Rejects bits that name no kind. */
  public TokenSet {
    if ((bits & ~ALL) != 0) {
      throw new IllegalArgumentException("no such token bits: 0x" + Long.toHexString(bits));
    }
  }

  /** The set on the wire, without what a newer peer knows and we do not. */
  public static TokenSet known(long bits) {
    return new TokenSet(bits & ALL);
  }

  public TokenSet with(TokenKind kind, TokenLevel level) {
    return new TokenSet(bits | bit(kind, level));
  }

  public boolean has(TokenKind kind, TokenLevel level) {
    return (bits & bit(kind, level)) != 0;
  }

  /** Whether it is that of a session that writes a file, or a range of one. */
  public boolean writes() {
    return has(TokenKind.IO, TokenLevel.WRITE) || has(TokenKind.IO, TokenLevel.SHARED_WRITE);
  }

  public boolean isEmpty() {
    return bits == 0;
  }

  public boolean containsAll(TokenSet other) {
    return (other.bits & ~bits) == 0;
  }

  public TokenSet union(TokenSet other) {
    return new TokenSet(bits | other.bits);
  }

  public TokenSet minus(TokenSet other) {
    return new TokenSet(bits & ~other.bits);
  }

  /** What both sets hold. */
  public TokenSet and(TokenSet other) {
    return new TokenSet(bits & other.bits);
  }

  /** The tokens of this set that cannot be held while another client holds {@code other}. */
  public TokenSet conflictsWith(TokenSet other) {
    long reads = spread(other.bits & READS, TokenLevel.READ);
    long shared = spread(other.bits & SHARED_WRITES, TokenLevel.SHARED_WRITE);
    long writes = spread(other.bits & WRITES, TokenLevel.WRITE);
    long excluded = (reads & (SHARED_WRITES | WRITES)) | (shared & (READS | WRITES)) | writes;
    return new TokenSet(bits & excluded);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (TokenKind kind : KINDS) {
      for (TokenLevel level : TokenLevel.values()) {
        if (has(kind, level)) {
          text.append(text.length() > 1 ? " " : "").append(kind).append(':').append(level);
        }
      }
    }
    return text.append(']').toString();
  }

  /** All three bits of every kind whose {@code level} bit is set in {@code bits}. */
  private static long spread(long bits, TokenLevel level) {
    long first = bits >>> level.number();
    return first | first << 1 | first << 2;
  }

  private static long bit(TokenKind kind, TokenLevel level) {
    return 1L << (kind.number() * BITS_PER_KIND + level.number());
  }

  private static long level(TokenLevel level) {
    long bits = 0;
    for (TokenKind kind : KINDS) {
      bits |= bit(kind, level);
    }
    return bits;
  }
}
