package io.leat.hadoop;

import io.leat.client.ClientConfig;
import io.leat.client.LeatClient;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's clients, by virtual server and configuration, each with the number of file systems
 * that use it; the last to leave closes it. Any thread.
 *
 * <p>The map and the counts belong to this object's lock, which is never held over I/O. Connecting
 * holds the entry's lock, so that two file systems opened at once wait for one connection; an entry
 * leaves the map only when its count is 0, so that nobody can be handed a client being closed.
 *
 * @param <C> the client; a type of its own so that the counting can be tested without a server
 */
final class SharedClients<C extends Closeable> {
  private static final Logger LOG = LoggerFactory.getLogger(SharedClients.class);

  /** After the file systems that Hadoop closes itself (it runs higher numbers first). */
  private static final int SHUTDOWN_PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY - 1;

  /** The process's. */
  static final SharedClients<LeatClient> PROCESS = process();

  private final Connector<C> connector;
  private final Map<Key, Entry> entries = new HashMap<>();

  SharedClients(Connector<C> connector) {
    this.connector = connector;
  }

  private static SharedClients<LeatClient> process() {
    SharedClients<LeatClient> clients = new SharedClients<>(LeatClient::connect);
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().addShutdownHook(clients::closeAll, SHUTDOWN_PRIORITY);
    }
    return clients;
  }

  /** Opens a client. */
  interface Connector<C> {
    C connect(ClientConfig config, String virtualServer) throws IOException;
  }

  private record Key(ClientConfig config, String virtualServer) {}

  /** Joins the client for this configuration, connecting if nobody has. */
  Use acquire(ClientConfig config, String virtualServer) throws IOException {
    Key key = new Key(config, virtualServer);
    Entry entry;
    synchronized (this) {
      entry = entries.computeIfAbsent(key, k -> new Entry());
      entry.users++;
    }
    try {
      return new Use(key, entry, entry.client(key));
    } catch (IOException | RuntimeException e) {
      leave(key, entry);
      throw e;
    }
  }

  /** Clients that are in use. */
  synchronized int size() {
    return entries.size();
  }

  /** Closes what nobody has closed; for the end of the process. */
  void closeAll() {
    List<Entry> open;
    synchronized (this) {
      open = List.copyOf(entries.values());
      entries.clear();
    }
    open.forEach(Entry::closeQuietly);
  }

  /** True when the caller was the last. */
  private synchronized boolean leave(Key key, Entry entry) {
    entry.users--;
    return entry.users == 0 && entries.remove(key, entry);
  }

  private final class Entry {
    /** Guarded by {@link SharedClients}. */
    private int users;

    /** Guarded by this entry. */
    private C client;

    synchronized C client(Key key) throws IOException {
      if (client == null) {
        client = connector.connect(key.config, key.virtualServer);
      }
      return client;
    }

    synchronized void closeQuietly() {
      try {
        if (client != null) {
          client.close();
        }
      } catch (IOException e) {
        LOG.warn("closing a client failed", e);
      }
    }
  }

  /** One user's share of a client. */
  final class Use implements Closeable {
    private final Key key;
    private final Entry entry;
    private final C client;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Use(Key key, Entry entry, C client) {
      this.key = key;
      this.entry = entry;
      this.client = client;
    }

    C client() {
      return client;
    }

    /** Leaves; the last one closes the client. Further calls do nothing. */
    @Override
    public void close() throws IOException {
      if (closed.compareAndSet(false, true) && leave(key, entry)) {
        client.close();
      }
    }

    /** For a user that has nobody left to tell. */
    void closeQuietly() {
      try {
        close();
      } catch (IOException e) {
        LOG.warn("closing the client of {} failed", key.virtualServer, e);
      }
    }
  }
}
