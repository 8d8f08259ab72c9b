package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.operation.OperationContext.Change;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.Concat;
import io.leat.wire.proto.Reply;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Moves the extents of the sources behind the target's; no byte is copied, because only the volume
 * side of an extent is aligned.
 */
record ConcatOperation(Concat request) implements Operation {

  /** Sources of one request at most. */
  static final int SOURCES_MAX = 10_000;

  /** Extents that one request moves at most. */
  static final int EXTENTS_MAX = 20_000;

  /** Inline bytes that one request moves at most: they go through the journal once more. */
  static final int INLINE_BYTES_MAX = 1 << 20;

  @Override
  public Reply execute(OperationContext context) throws LeatException, TokenConflict {
    Resolution at = context.resolve(request.getTarget());
    Node target = at.requireFile();
    Access.require(context.caller(), target, Access.WRITE, request.getTarget());
    context.requireNoLease(target, request.getTarget());
    context.requireNothingLost(target, request.getTarget());
    context.requireFlushed(target, request.getTarget());
    List<Node> sources = sources(context, target);
    context.requireHeard(target);
    context.requireForgotten(changes(context, target, sources));
    requireClosed(context, sources);
    NamespaceWriter namespace = context.namespace();
    long size = target.inode().getSize();
    long durable = SyncedBytes.durableSize(namespace, target.inode());
    for (Node source : sources) {
      if (durable == size) {
        durable += SyncedBytes.durableSize(namespace, source.inode());
      }
      size = append(context, target, source, size);
    }
    long total = size;
    Node now = namespace.byId(target.id()).orElseThrow();
    long synced = durable;
    namespace.update(
        now,
        inode -> {
          inode.setSize(total).setModifiedMillis(context.nowMillis());
          SyncedBytes.joined(namespace, inode, synced);
        });
    context.state().reclaim();
    return Replies.done();
  }

  private static long append(OperationContext context, Node target, Node source, long size) {
    long end = size;
    for (Extent extent : context.namespace().extents(source.id(), 0, EXTENTS_MAX)) {
      context.namespace().append(target.id(), extent.withFileOffset(end));
      end += extent.length();
    }
    var unused = context.namespace().dropExtents(source.id(), EXTENTS_MAX); // the target's now
    Node emptied = context.namespace().update(source, inode -> inode.setSize(0));
    context.namespace().unlink(emptied, context.nowMillis());
    return end;
  }

  private static List<Change> changes(OperationContext context, Node target, List<Node> sources) {
    List<Change> changes = new ArrayList<>();
    changes.add(new Change(target, FileAccess.CONCATENATE));
    Set<Long> parents = new HashSet<>();
    for (Node source : sources) {
      changes.add(new Change(source, FileAccess.UNLINK));
      if (parents.add(source.parent())) {
        changes.add(new Change(context.namespace().parentOf(source), FileAccess.REMOVE_ENTRY));
      }
    }
    return changes;
  }

  private List<Node> sources(OperationContext context, Node target) throws LeatException {
    if (request.getSourcesCount() == 0 || request.getSourcesCount() > SOURCES_MAX) {
      throw invalid(
          "names %d sources; 1 to %d may be".formatted(request.getSourcesCount(), SOURCES_MAX));
    }
    List<Node> sources = new ArrayList<>(request.getSourcesCount());
    Set<Long> seen = new HashSet<>(Set.of(target.id()));
    int extents = 0;
    long inlineBytes = 0;
    for (String path : request.getSourcesList()) {
      Node source = requireSource(context, path);
      if (!seen.add(source.id())) {
        throw invalid("names " + path + " twice, or as target and source");
      }
      List<Extent> moved = context.namespace().extents(source.id(), 0, EXTENTS_MAX + 1);
      extents += moved.size();
      inlineBytes += moved.stream().mapToLong(extent -> extent.bytes().size()).sum();
      requireFew(extents, inlineBytes);
      sources.add(source);
    }
    return sources;
  }

  private void requireFew(int extents, long inlineBytes) throws LeatException {
    if (extents > EXTENTS_MAX) {
      throw invalid("moves " + extents + " extents; at most " + EXTENTS_MAX + " at a time");
    }
    if (inlineBytes > INLINE_BYTES_MAX) {
      throw invalid(
          "moves %d bytes of small files; at most %d at a time: name fewer sources"
              .formatted(inlineBytes, INLINE_BYTES_MAX));
    }
  }

  private Node requireSource(OperationContext context, String path) throws LeatException {
    Resolution at = context.resolve(path);
    Node source = at.requireFile();
    Access.require(context.caller(), source, Access.READ, path);
    Access.requireRemoval(context.caller(), at.requireParent(), source, path);
    context.requireNoLease(source, path);
    context.requireNothingLost(source, path);
    context.requireFlushed(source, path);
    return source;
  }

  private static void requireClosed(OperationContext context, List<Node> sources)
      throws LeatException {
    for (Node source : sources) {
      if (context.tokens().isOpen(source.id())) {
        throw new LeatException(
            ErrorCode.LEASE_HELD,
            "Concat source %s is open; close it first"
                .formatted(context.namespace().pathOf(source)));
      }
    }
  }

  private LeatException invalid(String why) {
    return new LeatException(
        ErrorCode.INVALID_ARGUMENT, "Concat to " + request.getTarget() + " " + why);
  }
}
