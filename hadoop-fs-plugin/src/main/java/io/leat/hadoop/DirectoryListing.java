package io.leat.hadoop;

import io.leat.client.ClientNamespace.DirectoryEntry;
import io.leat.client.ClientNamespace.DirectoryPage;
import java.io.IOException;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A directory's entries, one page in memory at a time. The first page is fetched at once, so that a
 * missing directory is reported by whoever asked. One thread.
 */
final class DirectoryListing implements RemoteIterator<LeatFileStatus> {
  private final NamespaceCalls calls;
  private final Path directory;
  private final int pageEntries;
  private DirectoryPage page;
  private int next;

  /**
   * @param directory with scheme and authority; also a file, which is then the one entry
   */
  DirectoryListing(NamespaceCalls calls, Path directory, int pageEntries) throws IOException {
    this.calls = calls;
    this.directory = directory;
    this.pageEntries = pageEntries;
    this.page = fetch("");
  }

  @Override
  public boolean hasNext() throws IOException {
    while (next == page.entries().size() && page.more()) {
      page = fetch(page.entries().get(next - 1).name());
      next = 0;
    }
    return next < page.entries().size();
  }

  @Override
  public LeatFileStatus next() throws IOException {
    if (!hasNext()) {
      throw new NoSuchElementException("no more entries in " + directory);
    }
    DirectoryEntry entry = page.entries().get(next++);
    return entry.name().isEmpty()
        ? new LeatFileStatus(entry.attributes(), directory)
        : new LeatFileStatus(entry.attributes(), directory, entry.name());
  }

  private DirectoryPage fetch(String after) throws IOException {
    String path = directory.toUri().getPath();
    DirectoryPage fetched =
        calls.read(Operation.LIST, path, ns -> ns.list(path, after, pageEntries));
    if (fetched.entries().isEmpty() && fetched.more()) {
      throw new IOException(
          "the server sent an empty page of " + directory + " after \"" + after + "\"");
    }
    return fetched;
  }

  /** Entries that {@link #next} gives without asking the server. */
  int fetched() {
    return page.entries().size() - next;
  }

  /** {@code name} under {@code parent}, colons in it taken as they are. */
  static Path child(Path parent, String name) {
    String path = parent.toUri().getPath();
    return new Path(
        parent.toUri().getScheme(),
        parent.toUri().getAuthority(),
        path.endsWith("/") ? path + name : path + "/" + name);
  }
}
