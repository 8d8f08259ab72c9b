package io.leat.mds.operation;

import io.leat.model.TokenSet;

/** Thrown by an operation that has to wait until others have given tokens back. */
public final class TokenConflict extends Exception {
  private static final long serialVersionUID = 1L;

  private final long file;
  private final long wantedBits;

  TokenConflict(long file, TokenSet wanted) {
    super("tokens " + wanted + " of file " + file + " are held", null, false, false);
    this.file = file;
    this.wantedBits = wanted.bits();
  }

  public long file() {
    return file;
  }

  /** What the operation needs; whoever holds tokens against it has to give them back. */
  public TokenSet wanted() {
    return new TokenSet(wantedBits);
  }
}
