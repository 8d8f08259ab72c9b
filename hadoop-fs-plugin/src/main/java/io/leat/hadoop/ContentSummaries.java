package io.leat.hadoop;

import io.leat.model.FileAttributes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is below a path in one walk that holds one page of entries for each level of the
 * directory it is in. What vanishes meanwhile is not counted.
 */
final class ContentSummaries {
  private static final Logger LOG = LoggerFactory.getLogger(ContentSummaries.class);

  private final NamespaceCalls calls;
  private final int pageEntries;
  private long bytes;
  private long files;
  private long directories;

  ContentSummaries(NamespaceCalls calls, int pageEntries) {
    this.calls = calls;
    this.pageEntries = pageEntries;
  }

  /** One walk; an instance makes one. */
  ContentSummary of(Path root) throws IOException {
    String path = root.toUri().getPath();
    FileAttributes attributes = calls.read(Operation.CONTENT_SUMMARY, path, ns -> ns.status(path));
    add(attributes.directory(), attributes.size());
    if (attributes.directory()) {
      walk(root);
    }
    return new ContentSummary.Builder()
        .length(bytes)
        .fileCount(files)
        .directoryCount(directories)
        .spaceConsumed(bytes)
        .build();
  }

  private void walk(Path root) throws IOException {
    Deque<DirectoryListing> levels = new ArrayDeque<>();
    levels.push(new DirectoryListing(calls, root, pageEntries));
    while (!levels.isEmpty()) {
      DirectoryListing level = levels.peek();
      if (!level.hasNext()) {
        levels.pop();
        continue;
      }
      LeatFileStatus entry = level.next();
      if (entry.isDirectory()) {
        descend(entry, levels);
      } else {
        add(false, entry.getLen());
      }
    }
  }

  private void descend(LeatFileStatus directory, Deque<DirectoryListing> levels)
      throws IOException {
    try {
      levels.push(new DirectoryListing(calls, directory.getPath(), pageEntries));
      add(true, 0);
    } catch (FileNotFoundException e) {
      // Deleted since its parent was read: as if it had been deleted before.
      LOG.debug("{} vanished during a summary", directory.getPath(), e);
    }
  }

  private void add(boolean directory, long size) {
    if (directory) {
      directories++;
    } else {
      files++;
      bytes += size;
    }
  }
}
