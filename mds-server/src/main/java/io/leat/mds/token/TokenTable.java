package io.leat.mds.token;

import io.leat.model.TokenSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Which client session holds which tokens on which file: one record per (session, file). Volatile:
 * after a restart clients claim what they hold.
 *
 * <p>Used by the virtual server's loop alone. Deterministic: iteration follows insertion.
 */
public final class TokenTable {

  private final Map<Long, Map<Long, Grant>> byFile = new HashMap<>();
  private final Map<Long, Set<Long>> bySession = new HashMap<>();
  private long grants;

  /**
   * An empty table.
   *
   * @param grantedBefore above every grant's number of earlier terms: a client takes a lower number
   *     for an old grant
   */
  public TokenTable(long grantedBefore) {
    grants = grantedBefore;
  }

  /**
   * What a session holds on a file.
   *
   * @param tokens the whole set
   * @param number grows with every grant of this virtual server; a revocation names it, and grants
   *     up to it that reach the client later are void
   */
  public record Grant(TokenSet tokens, long number) {}

  /**
   * Sets what {@code session} holds on {@code file}; the caller has made sure nothing conflicts.
   */
  public Grant grant(long file, long session, TokenSet tokens) {
    return put(file, session, new Grant(tokens, ++grants));
  }

  /**
   * Takes up a grant made by an earlier owner. It keeps its number, the one that the client will
   * give it back with.
   */
  public void claim(long file, long session, TokenSet tokens, long number) {
    if (!tokens.isEmpty()) {
      put(file, session, new Grant(tokens, number));
    }
  }

  /**
   * Takes all but {@code kept} from {@code session}, whatever was granted to it. The number stays,
   * because the client has been told of no other.
   */
  public void restrict(long file, long session, TokenSet kept) {
    release(file, session, TokenSet.known(~kept.bits()), Long.MAX_VALUE);
  }

  private Grant put(long file, long session, Grant grant) {
    byFile.computeIfAbsent(file, f -> new LinkedHashMap<>()).put(session, grant);
    bySession.computeIfAbsent(session, s -> new HashSet<>()).add(file);
    return grant;
  }

  /** What {@code session} holds on {@code file}, and its number; empty when it holds nothing. */
  public Optional<Grant> grantOf(long file, long session) {
    return Optional.ofNullable(byFile.getOrDefault(file, Map.of()).get(session));
  }

  /** What {@code session} holds on {@code file}. */
  public TokenSet held(long file, long session) {
    Grant grant = byFile.getOrDefault(file, Map.of()).get(session);
    return grant == null ? TokenSet.NONE : grant.tokens();
  }

  /** Everything that sessions other than {@code session} hold on {@code file}. */
  public TokenSet heldByOthers(long file, long session) {
    TokenSet held = TokenSet.NONE;
    for (Map.Entry<Long, Grant> entry : byFile.getOrDefault(file, Map.of()).entrySet()) {
      if (entry.getKey() != session) {
        held = held.union(entry.getValue().tokens());
      }
    }
    return held;
  }

  /** Other sessions whose tokens on {@code file} conflict with {@code wanted}. */
  public List<Long> holdersAgainst(long file, long session, TokenSet wanted) {
    List<Long> holders = new ArrayList<>();
    forHolders(
        file,
        (holder, grant) -> {
          if (holder != session && !grant.tokens().conflictsWith(wanted).isEmpty()) {
            holders.add(holder);
          }
        });
    return holders;
  }

  /** Calls {@code visitor} with every session that holds something on {@code file}. */
  public void forHolders(long file, BiConsumer<Long, Grant> visitor) {
    byFile.getOrDefault(file, Map.of()).forEach(visitor);
  }

  /**
   * Takes tokens back, unless the session has been granted more since: the release then crossed
   * that grant on its way.
   *
   * @param number the highest grant the session had seen
   * @return true when something changed
   */
  public boolean release(long file, long session, TokenSet tokens, long number) {
    Grant grant = byFile.getOrDefault(file, Map.of()).get(session);
    if (grant == null || grant.number() > number) {
      return false;
    }
    TokenSet left = grant.tokens().minus(tokens);
    if (left.isEmpty()) {
      drop(file, session);
    } else {
      byFile.get(file).put(session, new Grant(left, grant.number()));
    }
    return true;
  }

  /** Takes everything on {@code file} from {@code session}. */
  public void drop(long file, long session) {
    remove(byFile, file, session);
    Set<Long> files = bySession.get(session);
    if (files != null && files.remove(file) && files.isEmpty()) {
      bySession.remove(session);
    }
  }

  /** Takes everything from {@code session}; returns the files it held something on. */
  public Set<Long> dropSession(long session) {
    Set<Long> files = bySession.remove(session);
    if (files == null) {
      return Set.of();
    }
    files.forEach(file -> remove(byFile, file, session));
    return files;
  }

  /** Files on which {@code session} holds something. */
  public Set<Long> filesOf(long session) {
    return Set.copyOf(bySession.getOrDefault(session, Set.of()));
  }

  /** True when any session holds something on {@code file}. */
  public boolean isOpen(long file) {
    return byFile.containsKey(file);
  }

  /** Files on which anybody holds something. */
  public int openFiles() {
    return byFile.size();
  }

  private static void remove(Map<Long, Map<Long, Grant>> table, long file, long session) {
    Map<Long, Grant> holders = table.get(file);
    if (holders != null && holders.remove(session) != null && holders.isEmpty()) {
      table.remove(file);
    }
  }
}
