package io.leat.mds.namespace;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import java.util.List;

/**
 * How far a path leads.
 *
 * @param path what was asked for
 * @param found the nodes that exist, from the root down; at least the root
 */
public record Resolution(PathName path, List<Node> found) {

  public Resolution {
    found = List.copyOf(found);
  }

  /** Where the path leads; reading what is not there is NOT_FOUND. */
  public Node require() throws LeatException {
    if (!isComplete()) {
      throw absent();
    }
    return deepest();
  }

  /** That nothing stands there. */
  public LeatException absent() {
    return new LeatException(
        ErrorCode.NOT_FOUND, "File does not exist: " + path.text() + missingAt());
  }

  /** As {@link #require}, for operations on a file's bytes. */
  public Node requireFile() throws LeatException {
    Node node = require();
    if (node.isDirectory()) {
      throw new LeatException(ErrorCode.IS_DIRECTORY, "Path is a directory: " + path.text());
    }
    return node;
  }

  /** The last node that exists. */
  public Node deepest() {
    return found.get(found.size() - 1);
  }

  /** Components that do not exist. */
  public List<String> missing() {
    return path.components().subList(found.size() - 1, path.components().size());
  }

  public boolean isComplete() {
    return found.size() == path.components().size() + 1;
  }

  /** The directory that holds, or would hold, the last component; it exists. */
  public Node requireParent() throws LeatException {
    requireNoFileAbove();
    if (missing().size() > 1) {
      throw new LeatException(
          ErrorCode.NOT_FOUND, "Parent directory does not exist: " + path.text() + missingAt());
    }
    return found.get(path.components().size() - 1);
  }

  /** Fails when a component that should be a directory is a file. */
  public void requireNoFileAbove() throws LeatException {
    if (!isComplete() && !deepest().isDirectory()) {
      throw new LeatException(
          ErrorCode.PARENT_NOT_DIRECTORY,
          "Parent path is not a directory: %s: component %s is a file"
              .formatted(path.text(), deepest().name()));
    }
  }

  private String missingAt() {
    return missing().size() > 1 ? " (nothing at component " + missing().get(0) + ")" : "";
  }
}
