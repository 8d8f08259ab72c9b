package io.leat.mds.namespace;

import io.leat.mds.image.ImageTransaction;
import io.leat.mds.namespace.proto.BootRecord;
import io.leat.mds.namespace.proto.CountersRecord;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.mds.namespace.proto.VolumeRecord;
import io.leat.model.BlockRange;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Changes a virtual server's tree inside one transaction of its image. One object serves one batch
 * of operations; {@link #finish} writes what it gathered.
 *
 * <p>Nothing here checks permissions or asks who has a file open: operations do, before they call.
 */
public final class NamespaceWriter extends Namespace {

  /** No stream has this number: what writes to the pool is held together, with the session. */
  private static final long POOL_STREAM = 0;

  private static final long NO_FILE = 0;

  private final ImageTransaction image;
  private final FreeSpace freeSpace;
  private final Quarantine quarantine;
  private final NamespaceCache cache;
  private CountersRecord.Builder counters;
  private BootRecord.Builder boot;

  public NamespaceWriter(ImageTransaction image) {
    this(image, new NamespaceCache());
  }

  /**
   * @param cache of the batches before this one
   */
  public NamespaceWriter(ImageTransaction image, NamespaceCache cache) {
    super(image);
    this.cache = cache;
    this.image = image;
    this.freeSpace = new FreeSpace(image);
    this.quarantine = new Quarantine(image);
  }

  /** Puts the counters back if they have changed; the last call before the transaction commits. */
  public void finish() {
    if (counters != null) {
      CountersRecord changed = counters.build();
      image.put(Keys.counters(), changed.toByteArray());
      cache.remember(changed);
      counters = null;
    }
    if (boot != null) {
      BootRecord changed = boot.build();
      image.put(Keys.boot(changed.getNumber()), changed.toByteArray());
      cache.remember(changed);
      boot = null;
    }
  }

  @Override
  public CountersRecord counters() {
    if (counters != null) {
      return counters.build();
    }
    if (cache.counters() == null) {
      cache.remember(super.counters());
    }
    return cache.counters();
  }

  // ---- tree -----------------------------------------------------------------------------------

  @Override
  public Optional<Node> child(long parent, String name) {
    Optional<Node> known = cache.at(parent, name);
    if (known.isPresent()) {
      return known;
    }
    Optional<Node> found = super.child(parent, name);
    found.ifPresent(cache::remember);
    return found;
  }

  @Override
  public Optional<Node> byId(long file) {
    Optional<Node> known = cache.of(file);
    return known.isPresent() ? known : super.byId(file);
  }

  /** Makes the two directories that every tree starts with, and empty counters. */
  public void format(InodeRecord root) {
    counters = CountersRecord.newBuilder().setNextFileId(DELETED + 1).setNextSession(1);
    put(new Node(NOWHERE, "", root.toBuilder().setFileId(ROOT).setDirectory(true).build()));
    put(
        new Node(
            NOWHERE, DELETED_NAME, root.toBuilder().setFileId(DELETED).setDirectory(true).build()));
    counters.setInodes(1);
  }

  public long newFileId() {
    CountersRecord.Builder changed = changing();
    long id = changed.getNextFileId();
    changed.setNextFileId(id + 1);
    return id;
  }

  /** Adds an entry that is not there yet. */
  public Node add(Node parent, String name, InodeRecord inode) {
    Node node = new Node(parent.id(), name, inode);
    put(node);
    changing().setInodes(changing().getInodes() + 1);
    touch(parent.id(), inode.getModifiedMillis());
    return node;
  }

  /** Changes an inode where it stands and counts its version up. */
  public Node update(Node node, Consumer<InodeRecord.Builder> change) {
    InodeRecord.Builder inode = node.inode().toBuilder();
    change.accept(inode);
    inode.setVersion(inode.getVersion() + 1);
    Node changed = node.with(inode.build());
    image.put(Keys.entry(node.parent(), node.name()), changed.inode().toByteArray());
    cache.remember(changed);
    return changed;
  }

  /** Moves an entry; whatever stood at the destination must be gone. */
  public Node move(Node node, long toParent, String toName, long nowMillis) {
    image.delete(Keys.entry(node.parent(), node.name()));
    cache.forget(node);
    Node moved = new Node(toParent, toName, node.inode());
    put(moved);
    touch(node.parent(), nowMillis);
    if (toParent != node.parent()) {
      touch(toParent, nowMillis);
    }
    return moved;
  }

  /**
   * Takes an entry out of the tree, with all below it, in constant time. {@link Reclaimer} does the
   * rest.
   */
  public void unlink(Node node, long nowMillis) {
    move(node, DELETED, Long.toHexString(node.id()), nowMillis);
  }

  /** Takes an entry out of the tree for good that has nothing left, as {@link #forget} says. */
  void remove(Node node, long nowMillis) {
    forget(node);
    touch(node.parent(), nowMillis);
  }

  /** Removes an inode that has no entries, extents, attributes and lease left. */
  void forget(Node node) {
    image.delete(Keys.entry(node.parent(), node.name()));
    image.delete(Keys.backPointer(node.id()));
    cache.forget(node);
    changing().setInodes(changing().getInodes() - 1);
  }

  private void put(Node node) {
    image.put(Keys.entry(node.parent(), node.name()), node.inode().toByteArray());
    image.put(Keys.backPointer(node.id()), Values.backPointer(node.parent(), node.name()));
    cache.remember(node);
  }

  private void touch(long directory, long nowMillis) {
    if (directory != DELETED) {
      byId(directory).ifPresent(node -> update(node, inode -> inode.setModifiedMillis(nowMillis)));
    }
  }

  // ---- extents --------------------------------------------------------------------------------

  /**
   * Cuts a file's extents at {@code size} bytes.
   *
   * @return whole blocks that no extent of the file names any more
   */
  public List<BlockRange> cut(long file, long size) {
    List<BlockRange> dropped = new ArrayList<>();
    Optional<Extent> last = lastExtent(file);
    while (last.isPresent() && last.get().fileEnd() > size) {
      Extent extent = last.get();
      long keep = Math.max(0, size - extent.fileOffset());
      dropExtent(file, extent);
      if (keep > 0) {
        putExtent(file, extent.withLength(keep));
      }
      long keptBlocks = Extent.blocksFor(keep);
      if (keptBlocks < extent.blocks()) {
        dropped.add(
            new BlockRange(
                extent.volume(), extent.block() + keptBlocks, extent.blocks() - keptBlocks));
      }
      last = keep > 0 ? Optional.empty() : extentBefore(file, extent.fileOffset());
    }
    return dropped;
  }

  /** Adds an extent behind the last one, joining the two where their blocks are neighbours. */
  public void append(long file, Extent extent) {
    Optional<Extent> last = lastExtent(file);
    putBehind(file, last.orElse(null), extent);
  }

  /** Adds an extent behind the one that ends where it begins; gives what now stands there. */
  private Extent putBehind(long file, Extent last, Extent extent) {
    Extent put =
        last != null && joins(last, extent)
            ? last.withLength(last.length() + extent.length())
            : extent;
    putExtent(file, put);
    return put;
  }

  private static boolean joins(Extent last, Extent next) {
    if (last.isHole() || next.isHole()) {
      return last.isHole() && next.isHole() && last.fileEnd() == next.fileOffset();
    }
    return last.isOnVolume()
        && last.volume() == next.volume()
        && last.unwritten() == next.unwritten()
        && last.length() % Extent.BLOCK_BYTES == 0
        && last.blockEnd() == next.block()
        && last.fileEnd() == next.fileOffset();
  }

  /**
   * Puts {@code extents}, one run of bytes, in the place of what stands there, and a hole between
   * the file's end and a run that begins behind it. An extent that goes on behind the run must have
   * a block, a hole or inline bytes that begin there.
   *
   * @return whole blocks that no extent of the file names any more, those of {@code extents} apart
   */
  public List<BlockRange> replace(long file, List<Extent> extents) {
    long from = extents.get(0).fileOffset();
    long to = extents.get(extents.size() - 1).fileEnd();
    List<BlockRange> dropped = new ArrayList<>();
    Extent before = null;
    Extent behind = null;
    for (Extent there : overlapping(file, from, to, Integer.MAX_VALUE)) {
      dropExtent(file, there);
      long kept = 0;
      if (there.fileOffset() < from) {
        before = there.withLength(from - there.fileOffset());
        putExtent(file, before);
        kept = before.blocks();
      }
      long end = there.blocks();
      if (there.fileEnd() > to) {
        behind = there.tail(to);
        end -= behind.blocks();
      }
      if (kept < end) {
        dropped.add(new BlockRange(there.volume(), there.block() + kept, end - kept));
      }
    }
    if (before == null && from > 0) {
      before = upTo(file, from);
    }
    for (Extent extent : extents) {
      before = putBehind(file, before, extent);
    }
    if (behind != null) {
      putBehind(file, before, behind);
    }
    return dropped;
  }

  /** The extent that ends at {@code from}, or a hole from the file's last extent to there. */
  private Extent upTo(long file, long from) {
    Optional<Extent> last = extentAtMost(file, from - 1);
    long end = last.map(Extent::fileEnd).orElse(0L);
    return end == from
        ? last.get()
        : putBehind(file, last.orElse(null), Extent.hole(end, from - end));
  }

  /** At most {@code limit} extents that hold bytes from {@code from} to {@code to}, in order. */
  public List<Extent> overlapping(long file, long from, long to, int limit) {
    List<Extent> found = new ArrayList<>();
    Optional<Extent> first = extentAtMost(file, from).filter(extent -> extent.fileEnd() > from);
    first.ifPresent(found::add);
    byte[] next = Keys.extent(file, first.map(Extent::fileEnd).orElse(from));
    image.scan(
        Keys.extents(file),
        next,
        (key, value) -> {
          Extent extent = Values.extent(Keys.number(key, 1), value);
          if (extent.fileOffset() < to) {
            found.add(extent);
          }
          return extent.fileEnd() < to && found.size() < limit;
        });
    return found;
  }

  private void putExtent(long file, Extent extent) {
    image.put(Keys.extent(file, extent.fileOffset()), Values.extent(extent));
  }

  /**
   * Takes at most {@code limit} extents, the last ones first, off a file without freeing their
   * blocks.
   */
  public List<Extent> dropExtents(long file, int limit) {
    List<Extent> dropped = new ArrayList<>();
    Optional<Extent> last = lastExtent(file);
    while (last.isPresent() && dropped.size() < limit) {
      dropExtent(file, last.get());
      dropped.add(last.get());
      last = extentBefore(file, last.get().fileOffset());
    }
    return dropped;
  }

  /** The extent before a place; quicker than to look behind those that were just deleted. */
  private Optional<Extent> extentBefore(long file, long offset) {
    return offset == 0 ? Optional.empty() : extentAtMost(file, offset - 1);
  }

  /** Takes an extent off a file without freeing its blocks. */
  void dropExtent(long file, Extent extent) {
    image.delete(Keys.extent(file, extent.fileOffset()));
  }

  // ---- space ----------------------------------------------------------------------------------

  /** Adds a volume, its blocks from {@code firstFree} on free. */
  public void addVolume(VolumeRecord volume, long firstFree) {
    image.put(Keys.volume(volume.getId()), volume.toByteArray());
    CountersRecord.Builder changed = changing();
    changed.setTotalBlocks(changed.getTotalBlocks() + volume.getBlocks());
    free(new BlockRange(volume.getId(), firstFree, volume.getBlocks() - firstFree));
  }

  /** Takes free blocks; see {@link FreeSpace#take}. */
  public List<BlockRange> take(int volume, long blocks, Optional<BlockRange> after)
      throws LeatException {
    List<BlockRange> taken = freeSpace.take(volume, blocks, after);
    changing().setFreeBlocks(changing().getFreeBlocks() - BlockRange.blocks(taken));
    return taken;
  }

  /** Frees blocks that nobody can read any more; what a stream may still write is quarantined. */
  public void free(BlockRange range) {
    long from = range.block();
    for (BlockRange tail : quarantine.takeTails(range, this::quarantine)) {
      freeAtOnce(range.volume(), from, tail.block());
      from = tail.end();
    }
    freeAtOnce(range.volume(), from, range.end());
  }

  private void freeAtOnce(int volume, long from, long to) {
    if (from < to) {
      freeSpace.give(new BlockRange(volume, from, to - from));
      changing().setFreeBlocks(changing().getFreeBlocks() + to - from);
    }
  }

  /** Keeps blocks that readers of {@code file} may still read until the last one has closed it. */
  public void pin(long file, BlockRange range) {
    image.put(Keys.pinned(file, range.volume(), range.block()), Values.count(range.count()));
  }

  /** Frees what was pinned by {@code file}, at most {@code limit} ranges; returns how many. */
  int unpin(Node file, int limit) {
    List<BlockRange> pinned = new ArrayList<>();
    image.scan(
        Keys.pinnedBy(file.id()),
        null,
        (key, value) -> {
          pinned.add(
              new BlockRange(
                  Math.toIntExact(Keys.number(key, 1)), Keys.number(key, 2), Values.count(value)));
          return pinned.size() < limit;
        });
    for (BlockRange range : pinned) {
      image.delete(Keys.pinned(file.id(), range.volume(), range.block()));
      free(range);
    }
    return pinned.size();
  }

  /** Whether readers of a file have blocks pinned. */
  boolean hasPinned(long file) {
    OptionalLong next = nextPinning(file - 1);
    return next.isPresent() && next.getAsLong() == file;
  }

  /** The first file above {@code after} that has pinned blocks. */
  OptionalLong nextPinning(long after) {
    long[] found = {after};
    image.scan(
        Keys.pins(),
        Keys.pinnedBy(after + 1),
        (key, value) -> {
          found[0] = Keys.number(key, 0);
          return false;
        });
    return found[0] == after ? OptionalLong.empty() : OptionalLong.of(found[0]);
  }

  /**
   * Ends a write lease whose stream may still have a write on its way: the stream is held, and the
   * space that it has not published is quarantined (D5).
   */
  public Node hold(Node file, LeaseRecord lease) {
    List<BlockRange> unused = Delegations.ranges(lease);
    Optional<BlockRange> tail = lease.getOwnsTail() ? growingBlock(file, lease) : Optional.empty();
    if (!unused.isEmpty() || tail.isPresent()) {
      quarantine.hold(lease.getSession(), lease.getStream(), file.id());
    }
    unused.forEach(range -> quarantine(lease.getSession(), lease.getStream(), range));
    tail.ifPresent(block -> quarantine.addTail(lease.getSession(), lease.getStream(), block));
    return withoutLease(file, lease);
  }

  /** The stream's last block, if it is partly filled: it writes on behind what it has committed. */
  private Optional<BlockRange> growingBlock(Node file, LeaseRecord lease) {
    return lastOf(file, lease)
        .filter(last -> last.isOnVolume() && last.length() % Extent.BLOCK_BYTES != 0)
        .map(last -> new BlockRange(last.volume(), last.blockEnd() - 1, 1));
  }

  /** The stream's lease is over; the file is written as long as others have leases of it. */
  private Node withoutLease(Node file, LeaseRecord lease) {
    removeLease(file.id(), lease);
    boolean written = isLeased(file.id());
    return update(file, inode -> inode.setUnderConstruction(written));
  }

  /** Ends a write lease whose stream has nothing on its way: what it has not published is free. */
  public Node end(Node file, LeaseRecord lease) {
    Delegations.ranges(lease).forEach(this::free);
    return withoutLease(file, lease);
  }

  public void putPool(long session, List<BlockRange> ranges) {
    long change = BlockRange.blocks(ranges) - BlockRange.blocks(pool(session));
    changing().setPooledBlocks(changing().getPooledBlocks() + change);
    if (ranges.isEmpty()) {
      image.delete(Keys.pool(session));
    } else {
      image.put(Keys.pool(session), Delegations.pool(ranges).toByteArray());
    }
  }

  /** Ends a session's pool as {@link #hold} ends a lease, or frees it if the session is drained. */
  public void endPool(long session, boolean drained) {
    List<BlockRange> unused = pool(session);
    if (!drained && !unused.isEmpty()) {
      quarantine.hold(session, POOL_STREAM, NO_FILE);
    }
    for (BlockRange range : unused) {
      if (drained) {
        free(range);
      } else {
        quarantine(session, POOL_STREAM, range);
      }
    }
    putPool(session, List.of());
  }

  /** Keeps blocks from use while the stream is held. */
  public void quarantine(long session, long stream, BlockRange range) {
    quarantine.add(session, stream, range);
    changing().setQuarantinedBlocks(changing().getQuarantinedBlocks() + range.count());
  }

  /** A stream has nothing on its way any more; it may have been held or not. */
  public void drained(long session, long stream) {
    quarantine.drained(session, stream);
  }

  /** As {@link #drained}, for at most {@code limit} streams of a session; returns how many. */
  public int drainedAll(long session, int limit) {
    return quarantine.drained(session, limit);
  }

  /**
   * Frees ranges of streams that are not held any more; a step of going over all of them.
   *
   * @param after what the step before returned; null for the first one
   * @param limit streams looked at, and ranges freed, at most
   * @return where the next step goes on; null when this was the last one
   */
  public Quarantine.Passed releaseQuarantine(Quarantine.Passed after, int limit) {
    Quarantine.Released released = quarantine.release(after, limit);
    for (BlockRange range : released.ranges()) {
      changing().setQuarantinedBlocks(changing().getQuarantinedBlocks() - range.count());
      free(range);
    }
    return released.passed();
  }

  // ---- boots of the host ----------------------------------------------------------------------

  @Override
  public BootRecord currentBoot() {
    if (boot != null) {
      return boot.build();
    }
    if (cache.boot() == null) {
      cache.remember(super.currentBoot());
    }
    return cache.boot();
  }

  /**
   * Notes under which boot of the host commits are made from now on, and how long the leases are
   * that sessions get. It always changes the image: a term that has journaled something makes void
   * what an earlier owner writes late to its early log.
   */
  public void beginTerm(String bootId, int leaseMillis) {
    BootRecord latest = currentBoot();
    if (latest.getNumber() == 0 || !latest.getBootId().equals(bootId)) {
      finish();
      boot = BootRecord.newBuilder().setNumber(latest.getNumber() + 1).setBootId(bootId);
    } else {
      boot = latest.toBuilder();
    }
    boot.setLeaseMillis(Math.max(leaseMillis, latest.getLeaseMillis()));
  }

  /** No session holds a longer lease than this any more. */
  public void longestLease(int millis) {
    if (currentBoot().getLeaseMillis() != millis) {
      changingBoot().setLeaseMillis(millis);
    }
  }

  /** The number of a new commit whose bytes may be in the page cache alone. */
  long newCommit() {
    BootRecord.Builder changed = changingBoot();
    changed.setCommits(changed.getCommits() + 1);
    return changed.getCommits();
  }

  /** The volume has been flushed after commit {@code upTo} of this boot. */
  public void synced(long upTo) {
    if (upTo > currentBoot().getSynced()) {
      changingBoot().setSynced(upTo);
    }
  }

  /** What was being flushed when the boot before this one ended has been compared. */
  public void proofsChecked() {
    changingBoot().setProofsChecked(true);
  }

  /** Changes nothing, in a batch that is not empty. */
  public void touch() {
    BootRecord.Builder unused = changingBoot();
  }

  private BootRecord.Builder changingBoot() {
    if (boot == null) {
      boot = currentBoot().toBuilder();
    }
    return boot;
  }

  // ---- leases, attributes, sessions -----------------------------------------------------------

  public void putLease(long file, LeaseRecord lease) {
    image.put(Keys.lease(file, lease), lease.toByteArray());
    image.put(Keys.leaseOf(file, lease), new byte[0]);
  }

  public void removeLease(long file, LeaseRecord lease) {
    image.delete(Keys.lease(file, lease));
    image.delete(Keys.leaseOf(file, lease));
  }

  public void putXAttr(long file, String name, byte[] value) {
    image.put(Keys.xattr(file, name), value);
  }

  public void removeXAttr(long file, String name) {
    image.delete(Keys.xattr(file, name));
  }

  public long addSession(SessionRecord session) {
    CountersRecord.Builder changed = changing();
    long id = changed.getNextSession();
    changed.setNextSession(id + 1);
    image.put(Keys.session(id), session.toByteArray());
    return id;
  }

  public void putSession(long id, SessionRecord session) {
    image.put(Keys.session(id), session.toByteArray());
  }

  public void removeSession(long session) {
    image.delete(Keys.session(session));
    removeReplies(session);
  }

  /** Forgets what a session that is over was answered. */
  public void removeReplies(long session) {
    List<byte[]> replies = new ArrayList<>();
    image.scan(Keys.replies(session), null, (key, value) -> replies.add(key));
    replies.forEach(image::delete);
  }

  /** Keeps the answer to a slot's latest request, so that a repeated one is answered alike. */
  public void putReply(long session, long slot, byte[] sequenceAndReply) {
    image.put(Keys.reply(session, slot), sequenceAndReply);
  }

  public Optional<byte[]> reply(long session, long slot) {
    return Optional.ofNullable(image.get(Keys.reply(session, slot)));
  }

  private CountersRecord.Builder changing() {
    if (counters == null) {
      counters = counters().toBuilder();
    }
    return counters;
  }
}
