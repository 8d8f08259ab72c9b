package io.leat.mds.operation;

import com.google.protobuf.ByteString;
import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.PathName;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.namespace.proto.CountersRecord;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import io.leat.wire.proto.CheckAccess;
import io.leat.wire.proto.GetPath;
import io.leat.wire.proto.GetStatus;
import io.leat.wire.proto.GetXAttrs;
import io.leat.wire.proto.ListDirectory;
import io.leat.wire.proto.PathResult;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Usage;
import io.leat.wire.proto.XAttr;
import io.leat.wire.proto.XAttrs;
import java.util.Map;
import java.util.Optional;

/** Requests that only read durable state. */
public final class Queries {

  /** Entries in one page of a listing at most. */
  static final int LIST_MAX = 1_000;

  private Queries() {}

  /** The query a request asks for; empty when the request belongs to the loop. */
  public static Optional<Query> of(Request request) {
    return Optional.ofNullable(
        switch (request.getOperationCase()) {
          case GET_STATUS -> (ns, caller) -> status(request.getGetStatus(), ns, caller);
          case LIST_DIRECTORY -> (ns, caller) -> list(request.getListDirectory(), ns, caller);
          case GET_XATTRS -> (ns, caller) -> xattrs(request.getGetXattrs(), ns, caller);
          case CHECK_ACCESS -> (ns, caller) -> access(request.getCheckAccess(), ns, caller);
          case GET_PATH -> (ns, caller) -> path(request.getGetPath(), ns, caller);
          case GET_USAGE -> (ns, caller) -> Reply.newBuilder().setUsage(usage(ns)).build();
          case OPEN_SESSION,
              CLOSE_SESSION,
              RENEW,
              MAKE_DIRECTORIES,
              CREATE,
              APPEND,
              LOOKUP,
              OPEN,
              GET_LAYOUT,
              ALLOCATE,
              COMMIT,
              RELEASE,
              RENAME,
              DELETE,
              TRUNCATE,
              CONCAT,
              SET_PERMISSION,
              SET_OWNER,
              SET_TIMES,
              SET_XATTR,
              REMOVE_XATTR,
              RECOVER_LEASE,
              SAFE_MODE,
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

  private static Reply status(GetStatus request, Namespace namespace, Caller caller)
      throws LeatException {
    return Replies.status(resolve(request.getPath(), namespace, caller).require());
  }

  private static Resolution resolve(String path, Namespace namespace, Caller caller)
      throws LeatException {
    return namespace.resolve(PathName.parse(path), caller);
  }

  private static Reply list(ListDirectory request, Namespace namespace, Caller caller)
      throws LeatException {
    Node node = resolve(request.getPath(), namespace, caller).require();
    PageScan page;
    if (node.isDirectory()) {
      requireMayList(caller, node, request.getPath());
      PathName.requireLength(request.getPath(), request.getAfter());
      page = new PageScan(Math.max(1, Math.min(request.getLimit(), LIST_MAX)));
      namespace.entries(node.id(), request.getAfter(), page);
    } else {
      page = new PageScan(1);
      page.addNameless(node.inode());
    }
    return Reply.newBuilder().setListing(page.listing()).build();
  }

  static void requireMayList(Caller caller, Node directory, String path) throws LeatException {
    Access.require(caller, directory, Access.READ | Access.EXECUTE, path);
  }

  private static Reply xattrs(GetXAttrs request, Namespace namespace, Caller caller)
      throws LeatException {
    Node node = resolve(request.getPath(), namespace, caller).require();
    XAttrs.Builder answer = XAttrs.newBuilder();
    if (request.getNamesCount() == 0) {
      Access.require(caller, node, Access.READ, request.getPath());
      for (Map.Entry<String, byte[]> entry : namespace.xattrs(node.id()).entrySet()) {
        if (entry.getKey().startsWith("user.") || caller.superuser()) {
          answer.addEntries(xattr(entry.getKey(), entry.getValue()));
        }
      }
    }
    for (String name : request.getNamesList()) {
      AttributeOperations.requireXAttrAccess(caller, node, name, request.getPath(), Access.READ);
      byte[] value =
          namespace
              .xattr(node.id(), name)
              .orElseThrow(() -> AttributeOperations.missing(name, request.getPath()));
      answer.addEntries(xattr(name, value));
    }
    return Reply.newBuilder().setXattrs(answer).build();
  }

  private static XAttr xattr(String name, byte[] value) {
    return XAttr.newBuilder().setName(name).setValue(ByteString.copyFrom(value)).build();
  }

  private static Reply access(CheckAccess request, Namespace namespace, Caller caller)
      throws LeatException {
    Node node = resolve(request.getPath(), namespace, caller).require();
    Access.require(caller, node, request.getAction(), request.getPath());
    return Replies.done();
  }

  private static Reply path(GetPath request, Namespace namespace, Caller caller)
      throws LeatException {
    Node node = namespace.live(request.getFileId());
    namespace.requireReachable(node, caller);
    return Reply.newBuilder()
        .setPath(
            PathResult.newBuilder()
                .setPath(namespace.pathOf(node))
                .setStatus(Replies.statusOf(node)))
        .build();
  }

  /** What the volumes hold. */
  public static Usage usage(Namespace namespace) {
    CountersRecord counters = namespace.counters();
    // What sessions have for small files to come is nobody's yet.
    long free = counters.getFreeBlocks() + counters.getPooledBlocks();
    long used = counters.getTotalBlocks() - free;
    return Usage.newBuilder()
        .setCapacityBytes(counters.getTotalBlocks() * Extent.BLOCK_BYTES)
        .setUsedBytes(used * Extent.BLOCK_BYTES)
        .setFreeBytes(free * Extent.BLOCK_BYTES)
        .setFiles(counters.getInodes())
        .build();
  }
}
