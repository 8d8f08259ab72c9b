package io.leat.mds.operation;

import io.leat.model.TokenSet;
import java.util.List;

/** Thrown by an operation that has to wait until others have given tokens back. */
public final class TokenConflict extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Wanted> wanted;

  TokenConflict(List<Wanted> wanted) {
    super("tokens are held that are wanted", null, false, false);
    this.wanted = List.copyOf(wanted);
  }

  /** What an operation needs of one file; whoever holds tokens against it has to give them back. */
  public record Wanted(long file, TokenSet tokens) {}

  /** All that the operation needs, also where nobody holds anything against it. */
  public List<Wanted> wanted() {
    return wanted;
  }
}
