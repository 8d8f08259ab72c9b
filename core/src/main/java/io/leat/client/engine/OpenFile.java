package io.leat.client.engine;

import io.leat.model.FileAccess;
import io.leat.model.TokenSet;
import java.util.LinkedHashSet;
import java.util.Set;

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

  /** Paths that are remembered on it; made with the first one. */
  private Set<RememberedPath> paths = Set.of();

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
    if (!paths.isEmpty() && !changed.tokens().containsAll(remembering())) {
      Set<RememberedPath> lost = paths;
      paths = Set.of();
      lost.forEach(RememberedPath::lose);
    }
  }

  private TokenSet remembering() {
    return state.attributes().directory() ? FileAccess.PASS.tokens() : FileAccess.LOOK.tokens();
  }

  /** Whether it is held in its place in a path. */
  boolean mayLead() {
    return state.tokens().containsAll(remembering());
  }

  /** A path over it is remembered, and told when that may not be any longer. */
  void leadsTo(RememberedPath path) {
    if (paths.isEmpty()) {
      paths = new LinkedHashSet<>();
    }
    paths.add(path);
  }

  void leadsNoMoreTo(RememberedPath path) {
    if (!paths.isEmpty()) {
      paths.remove(path);
    }
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
