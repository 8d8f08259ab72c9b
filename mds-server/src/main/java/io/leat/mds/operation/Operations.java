package io.leat.mds.operation;

import io.leat.wire.proto.Request;
import io.leat.wire.proto.Request.OperationCase;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Requests that change the tree or take tokens. */
public final class Operations {

  private static final Set<OperationCase> CHANGES_NAMES =
      EnumSet.of(
          OperationCase.MAKE_DIRECTORIES,
          OperationCase.CREATE,
          OperationCase.APPEND,
          OperationCase.RENAME,
          OperationCase.DELETE,
          OperationCase.TRUNCATE,
          OperationCase.CONCAT,
          OperationCase.SET_PERMISSION,
          OperationCase.SET_OWNER,
          OperationCase.SET_TIMES,
          OperationCase.SET_XATTR,
          OperationCase.REMOVE_XATTR);

  private static final Set<OperationCase> GROWS_IMAGE =
      EnumSet.of(OperationCase.MAKE_DIRECTORIES, OperationCase.CREATE, OperationCase.SET_XATTR);

  private Operations() {}

  /** The operation a request asks for; empty when it is a query or about sessions and state. */
  public static Optional<Operation> of(Request request) {
    return Optional.ofNullable(
        switch (request.getOperationCase()) {
          case MAKE_DIRECTORIES -> new MakeDirectoriesOperation(request.getMakeDirectories());
          case CREATE -> new CreateOperation(request.getCreate());
          case APPEND -> new AppendOperation(request.getAppend());
          case LOOKUP -> new LookupOperation(request.getLookup());
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
                SessionEnd.release(context, request.getRelease());
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
              EXPLAIN,
              EXPEL_SESSION,
              DESCRIBE_SERVER,
              CHECK_VIRTUAL_SERVER,
              HAND_OVER,
              CREATE_VIRTUAL_SERVER,
              SET_STARTED,
              UPGRADE_VIRTUAL_SERVER,
              REPLACE_DEVICE,
              LANES,
              OPERATION_NOT_SET ->
              null;
        });
  }

  /** True for what is refused in safe mode. */
  public static boolean changesNames(Request request) {
    return CHANGES_NAMES.contains(request.getOperationCase());
  }

  /** True for what may give tokens to a session that holds none on the file yet. */
  public static boolean opensFile(Request request) {
    return request.hasOpen() || request.hasCreate() || request.hasAppend();
  }

  /** True for what makes the image grow; refused when the image is nearly full. */
  public static boolean growsImage(Request request) {
    return GROWS_IMAGE.contains(request.getOperationCase())
        || (request.hasCommit() && CommitOperation.isInline(request.getCommit()));
  }
}
