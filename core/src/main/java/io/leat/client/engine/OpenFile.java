package io.leat.client.engine;

/**
 * A file that this client has open, shared by all its readers and its writer. The state is
 * replaced, never changed; only the engine replaces it, any thread may read it.
 */
public final class OpenFile {

  private final long id;
  private final String user;
  private volatile FileState state;
  private int handles;

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

  /** On whose behalf it is refreshed: who opened it first. */
  String user() {
    return user;
  }

  void become(FileState changed) {
    state = changed;
  }

  int handles() {
    return handles;
  }

  void opened() {
    handles++;
  }

  /** True when this was the last handle. */
  boolean closed() {
    return --handles == 0;
  }
}
