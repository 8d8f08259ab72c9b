package io.leat.client.engine;

import io.leat.wire.proto.Concat;
import io.leat.wire.proto.Request;
import java.util.ArrayList;
import java.util.List;

/** Of a request, the paths at which it changes what is there. */
final class ChangedPaths {

  private ChangedPaths() {}

  /** As the request has them; none for what changes nothing that was there. */
  static List<String> of(Request.Builder request) {
    return switch (request.getOperationCase()) {
      case CREATE ->
          request.getCreate().getOverwrite() ? List.of(request.getCreate().getPath()) : List.of();
      case APPEND -> List.of(request.getAppend().getPath());
      case TRUNCATE -> List.of(request.getTruncate().getPath());
      case DELETE -> List.of(request.getDelete().getPath());
      case RENAME -> List.of(request.getRename().getSource(), request.getRename().getDestination());
      case CONCAT -> of(request.getConcat());
      case SET_PERMISSION -> List.of(request.getSetPermission().getPath());
      case SET_OWNER -> List.of(request.getSetOwner().getPath());
      case SET_TIMES -> List.of(request.getSetTimes().getPath());
      case SET_XATTR -> List.of(request.getSetXattr().getPath());
      case REMOVE_XATTR -> List.of(request.getRemoveXattr().getPath());
      default -> List.of();
    };
  }

  /**
   * Those that it may add to a directory or take out of one. Not of directories to be made, which
   * mostly are there.
   */
  static List<String> entriesOf(Request.Builder request) {
    return switch (request.getOperationCase()) {
      case CREATE -> List.of(request.getCreate().getPath());
      case DELETE, RENAME -> of(request);
      case CONCAT -> request.getConcat().getSourcesList();
      default -> List.of();
    };
  }

  /** The directory that holds it; the root's is the root. */
  static String parentOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private static List<String> of(Concat concat) {
    List<String> paths = new ArrayList<>(concat.getSourcesList());
    paths.add(concat.getTarget());
    return paths;
  }
}
