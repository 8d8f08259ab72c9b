package io.leat.mds.operation;

import io.leat.wire.proto.Request;
import java.util.Optional;

/** Requests that change the tree or take tokens. */
public final class Operations {

  private Operations() {}

  /** The operation a request asks for; empty when it is a query or about sessions and state. */
  public static Optional<Operation> of(Request request) {
    return Optional.ofNullable(
        switch (request.getOperationCase()) {
          case MAKE_DIRECTORIES -> new MakeDirectoriesOperation(request.getMakeDirectories());
          case CREATE -> new CreateOperation(request.getCreate());
          case APPEND -> new AppendOperation(request.getAppend());
          case OPEN -> new OpenOperation(request.getOpen());
          case GET_LAYOUT -> new OpenOperation.Refresh(request.getGetLayout());
          case ALLOCATE -> new AllocateOperation(request.getAllocate());
          case COMMIT -> new CommitOperation(request.getCommit());
          case RENAME -> new RenameOperation(request.getRename());
          case DELETE -> new DeleteOperation(request.getDelete());
          case TRUNCATE -> new TruncateOperation(request.getTruncate());
          case CONCAT -> new ConcatOperation(request.getConcat());
          case RECOVER_LEASE -> new RecoverLeaseOperation(request.getRecoverLease());
          case SET_PERMISSION ->
              context -> AttributeOperations.setPermission(request.getSetPermission(), context);
          case SET_OWNER -> context -> AttributeOperations.setOwner(request.getSetOwner(), context);
          case SET_TIMES -> context -> AttributeOperations.setTimes(request.getSetTimes(), context);
          case SET_XATTR -> context -> AttributeOperations.setXAttr(request.getSetXattr(), context);
          case REMOVE_XATTR ->
              context -> AttributeOperations.removeXAttr(request.getRemoveXattr(), context);
          case RELEASE ->
              context -> {
                SessionEnd.release(context, request.getRelease().getFilesList());
                return Replies.done();
              };
          case OPEN_SESSION,
              CLOSE_SESSION,
              RENEW,
              GET_STATUS,
              LIST_DIRECTORY,
              GET_XATTRS,
              CHECK_ACCESS,
              GET_USAGE,
              SAFE_MODE,
              GET_PATH,
              DESCRIBE_VIRTUAL_SERVER,
              LIST_SESSIONS,
              DESCRIBE_SERVER,
              CHECK_VIRTUAL_SERVER,
              OPERATION_NOT_SET ->
              null;
        });
  }

  /** True for what is refused in safe mode and when the image is nearly full. */
  public static boolean changesNames(Request request) {
    return switch (request.getOperationCase()) {
      case MAKE_DIRECTORIES,
          CREATE,
          APPEND,
          RENAME,
          DELETE,
          TRUNCATE,
          CONCAT,
          SET_PERMISSION,
          SET_OWNER,
          SET_TIMES,
          SET_XATTR,
          REMOVE_XATTR ->
          true;
      case OPEN,
          GET_LAYOUT,
          ALLOCATE,
          COMMIT,
          RECOVER_LEASE,
          RELEASE,
          OPEN_SESSION,
          CLOSE_SESSION,
          RENEW,
          GET_STATUS,
          LIST_DIRECTORY,
          GET_XATTRS,
          CHECK_ACCESS,
          GET_USAGE,
          SAFE_MODE,
          GET_PATH,
          DESCRIBE_VIRTUAL_SERVER,
          LIST_SESSIONS,
          DESCRIBE_SERVER,
          CHECK_VIRTUAL_SERVER,
          OPERATION_NOT_SET ->
          false;
    };
  }

  /** True for what makes the image grow; refused when the image is nearly full. */
  public static boolean growsImage(Request request) {
    return switch (request.getOperationCase()) {
      case MAKE_DIRECTORIES, CREATE, SET_XATTR -> true;
      default -> false;
    };
  }
}
