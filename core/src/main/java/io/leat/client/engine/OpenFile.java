package io.leat.client.engine;

import io.leat.model.FileAccess;
import io.leat.model.TokenSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file that this client has open, shared by all its readers and its writer; or an inode that it
 * holds because it remembers a path over it. The state is replaced, never changed; only the engine
 * replaces it, any thread may read it.
 */
public final class OpenFile {

  private final long id;
  private String user;
  private volatile FileState state;
  private int handles;

  /** Paths that are remembered on it, and what each needs of it; made with the first one. */
  private Map<RememberedPath, TokenSet> paths = Map.of();

  /** How many of them need more than its place: its status, its entries. */
  private int looks;

  private int lists;

  OpenFile(long id, String user, FileState state) {
    this.id = id;
    this.user = user;
    this.state = state;
  }

  public long id() {
    return id;
  }

  public FileState state() {
    return state;
  }

  /** On whose behalf it is refreshed: who opened the first of its present handles. */
  String user() {
    return user;
  }

  void become(FileState changed) {
    state = changed;
    if (!holds(needed())) {
      List<RememberedPath> lost =
          paths.entrySet().stream()
              .filter(path -> !holds(path.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      lost.forEach(this::leadsNoMoreTo);
      lost.forEach(RememberedPath::lose);
    }
  }

  /** Whether all of these tokens are held. */
  boolean holds(TokenSet tokens) {
    return state.tokens().containsAll(tokens);
  }

  /** What the remembered paths need all together. */
  private TokenSet needed() {
    TokenSet needed = paths.isEmpty() ? TokenSet.NONE : FileAccess.PASS.tokens();
    needed = looks > 0 ? needed.union(FileAccess.LOOK.tokens()) : needed;
    return lists > 0 ? needed.union(FileAccess.LIST.tokens()) : needed;
  }

  /** What is held and nothing needs; of a file that is needed, nothing. */
  TokenSet surplus() {
    return !isNeeded()
        ? state.tokens()
        : state.attributes().directory() ? state.tokens().minus(needed()) : TokenSet.NONE;
  }

  /** A path is remembered on it, and told when one of the tokens is not held any longer. */
  void leadsTo(RememberedPath path, TokenSet tokens) {
    if (paths.isEmpty()) {
      paths = new LinkedHashMap<>();
    }
    paths.put(path, tokens);
    count(tokens, 1);
  }

  void leadsNoMoreTo(RememberedPath path) {
    TokenSet tokens = paths.isEmpty() ? null : paths.remove(path);
    if (tokens != null) {
      count(tokens, -1);
    }
  }

  private void count(TokenSet tokens, int more) {
    looks += tokens.containsAll(FileAccess.LOOK.tokens()) ? more : 0;
    lists += tokens.containsAll(FileAccess.LIST.tokens()) ? more : 0;
  }

  /** Whether a handle or a remembered path stands on it. */
  boolean isNeeded() {
    return handles > 0 || !paths.isEmpty();
  }

  /** Whether it can be opened for reading, and read, without a question. */
  boolean isReadable() {
    return !state.stale()
        && !state.refresh()
        && state.tokens().containsAll(FileAccess.READ.tokens());
  }

  int handles() {
    return handles;
  }

  void opened(String by) {
    if (handles == 0) {
      user = by;
    }
    handles++;
  }

  /** True when this was the last handle. */
  boolean closed() {
    return --handles == 0;
  }
}
