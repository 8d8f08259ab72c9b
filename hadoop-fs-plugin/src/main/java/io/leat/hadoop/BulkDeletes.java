package io.leat.hadoop;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.BulkDelete;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.statistics.IOStatistics;

/**
 * Deletes many files or empty directories below a base path, children before their parents. Paths
 * that are not there count as deleted. A class of its own that the file system names only in a
 * call, so that it loads on a Hadoop without {@link BulkDelete}.
 */
final class BulkDeletes {

  /** Paths in one call, at most. */
  static final int PAGE_SIZE = 100;

  private BulkDeletes() {}

  static BulkDelete under(Path basePath, NamespaceCalls calls) {
    return new Session(basePath, calls);
  }

  /**
   * @param basePath with scheme and authority
   */
  private record Session(Path basePath, NamespaceCalls calls) implements BulkDelete {

    @Override
    public int pageSize() {
      return PAGE_SIZE;
    }

    @Override
    public List<Map.Entry<Path, String>> bulkDelete(Collection<Path> paths) throws IOException {
      validate(paths);
      List<Path> deepestFirst = new ArrayList<>(paths);
      deepestFirst.sort(Comparator.comparingInt(Path::depth).reversed());
      List<Map.Entry<Path, String>> failures = new ArrayList<>();
      for (Path path : deepestFirst) {
        try {
          delete(path.toUri().getPath());
        } catch (IOException e) {
          failures.add(Map.entry(path, e.toString()));
        }
      }
      return failures;
    }

    private void delete(String path) throws IOException {
      try {
        calls.raw(Operation.BULK_DELETE, ns -> ns.delete(path, false));
      } catch (LeatException e) {
        if (e.code() != ErrorCode.NOT_FOUND && e.code() != ErrorCode.PARENT_NOT_DIRECTORY) {
          throw Errors.reading(e, path);
        }
      }
    }

    private void validate(Collection<Path> paths) {
      if (Objects.requireNonNull(paths, "paths").size() > PAGE_SIZE) {
        throw new IllegalArgumentException(
            "%d paths are more than a page of %d".formatted(paths.size(), PAGE_SIZE));
      }
      for (Path path : paths) {
        if (!path.isAbsolute()) {
          throw new IllegalArgumentException("Path " + path + " is not absolute");
        }
        if (!isUnderBase(path)) {
          throw new IllegalArgumentException(
              "Path %s is not under the base path %s".formatted(path, basePath));
        }
      }
    }

    private boolean isUnderBase(Path path) {
      Path bare = Path.getPathWithoutSchemeAndAuthority(basePath);
      Path at = path;
      while (at != null && !at.equals(basePath) && !at.equals(bare)) {
        at = at.getParent();
      }
      return at != null;
    }

    @Override
    public IOStatistics getIOStatistics() {
      return calls.counters();
    }

    @Override
    public void close() {}
  }
}
