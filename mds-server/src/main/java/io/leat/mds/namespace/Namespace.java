package io.leat.mds.namespace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.leat.mds.image.Entry;
import io.leat.mds.image.EntryVisitor;
import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.proto.BootRecord;
import io.leat.mds.namespace.proto.CountersRecord;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.PoolRecord;
import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.mds.namespace.proto.VolumeRecord;
import io.leat.model.BlockRange;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a virtual server's tree of files and directories from one consistent view of its image.
 *
 * <p>There are no hard links, so an inode stands in its directory entry: one lookup per component
 * of a path, one scan per listing. Unlinked trees and files that somebody has open live under a
 * directory that no path reaches ({@link #DELETED}) until their space is reclaimed.
 */
public class Namespace {

  /** The root directory's id. */
  public static final long ROOT = 1;

  /** The id of the directory that holds what was deleted and is not reclaimed yet. */
  public static final long DELETED = 2;

  /** The parent of the two directories above. */
  public static final long NOWHERE = 0;

  /** The name of {@link #DELETED} in its parent. */
  public static final String DELETED_NAME = "deleted";

  private final ImageReader image;

  public Namespace(ImageReader image) {
    this.image = image;
  }

  /** Walks {@code path} from the root, checking that {@code caller} may traverse it. */
  public Resolution resolve(PathName path, Caller caller) throws LeatException {
    List<Node> found = new ArrayList<>(path.components().size() + 1);
    Node node = root();
    found.add(node);
    for (String component : path.components()) {
      if (!node.isDirectory()) {
        break;
      }
      Access.require(caller, node, Access.EXECUTE, path.text());
      Optional<Node> child = child(node.id(), component);
      if (child.isEmpty()) {
        break;
      }
      node = child.get();
      found.add(node);
    }
    return new Resolution(path, found);
  }

  /** Checks that {@code caller} may traverse every directory above {@code node}. */
  public void requireReachable(Node node, Caller caller) throws LeatException {
    for (Node above : ancestors(node)) {
      Access.require(caller, above, Access.EXECUTE, pathOf(node));
    }
  }

  public Node root() {
    return child(NOWHERE, "")
        .orElseThrow(() -> new IllegalStateException("the image holds no root directory"));
  }

  public Optional<Node> child(long parent, String name) {
    byte[] value = image.get(Keys.entry(parent, name));
    return value == null
        ? Optional.empty()
        : Optional.of(new Node(parent, name, parse(InodeRecord.parser(), value)));
  }

  /** The file or directory with this id, deleted ones included. */
  public Optional<Node> byId(long file) {
    byte[] value = image.get(Keys.backPointer(file));
    if (value == null) {
      return Optional.empty();
    }
    long parent = Values.parentOf(value);
    return child(parent, Values.nameOf(value));
  }

  /** The file or directory with this id, if a path still leads to it. */
  public Node live(long file) throws LeatException {
    Node node = byId(file).orElseThrow(() -> gone(file));
    if (isDeleted(node)) {
      throw gone(file);
    }
    return node;
  }

  /** True for what was deleted, or stands below a directory that was. */
  public boolean isDeleted(Node node) {
    Node top = node;
    for (int depth = 0; depth <= PathName.DEPTH_MAX && top.parent() != NOWHERE; depth++) {
      if (top.parent() == DELETED) {
        return true;
      }
      top = parentOf(top);
    }
    return top.id() != ROOT;
  }

  public String pathOf(Node node) {
    StringBuilder path = new StringBuilder();
    Node at = node;
    for (int depth = 0; depth <= PathName.DEPTH_MAX && at.parent() != NOWHERE; depth++) {
      path.insert(0, "/" + at.name());
      at = parentOf(at);
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  /** The directories above {@code node}, nearest first. */
  private List<Node> ancestors(Node node) {
    List<Node> above = new ArrayList<>();
    Node at = node;
    for (int depth = 0; depth <= PathName.DEPTH_MAX && at.parent() != NOWHERE; depth++) {
      at = parentOf(at);
      above.add(at);
    }
    return above;
  }

  public Node parentOf(Node node) {
    return byId(node.parent())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "inode %d stands in directory %d, which the image does not hold"
                        .formatted(node.id(), node.parent())));
  }

  /**
   * Children of a directory in the byte order of their names.
   *
   * @param after names after this one; empty for all
   * @param limit at most this many
   */
  public List<Node> list(long directory, String after, int limit) {
    List<Node> children = new ArrayList<>();
    entries(
        directory,
        after,
        (key, value) -> {
          children.add(
              new Node(directory, Keys.entryName(key), parse(InodeRecord.parser(), value)));
          return children.size() < limit;
        });
    return children;
  }

  /**
   * Visits a directory's entries as the image holds them, in the byte order of their names.
   *
   * @param after names after this one; empty for all
   * @param visitor takes keys as {@link Keys#entry} makes them, and serialized {@link InodeRecord}s
   */
  public void entries(long directory, String after, EntryVisitor visitor) {
    byte[] from = after.isEmpty() ? null : Keys.entry(directory, after + '\0');
    image.scan(Keys.entries(directory), from, visitor);
  }

  public boolean isEmpty(long directory) {
    return list(directory, "", 1).isEmpty();
  }

  /**
   * Extents of a file in order.
   *
   * @param from the first file byte of interest
   * @param limit at most this many
   */
  public List<Extent> extents(long file, long from, int limit) {
    List<Extent> extents = new ArrayList<>();
    Entry before = from == 0 ? null : image.floor(Keys.extents(file), Keys.extent(file, from));
    byte[] start = before == null ? null : before.key();
    image.scan(
        Keys.extents(file),
        start,
        (key, value) -> {
          extents.add(Values.extent(Keys.number(key, 1), value));
          return extents.size() < limit;
        });
    return extents;
  }

  /** The extent with the highest file offset. */
  public Optional<Extent> lastExtent(long file) {
    return extentAtMost(file, Long.MAX_VALUE);
  }

  /** The extent with the highest file offset up to {@code offset}. */
  Optional<Extent> extentAtMost(long file, long offset) {
    Entry last = image.floor(Keys.extents(file), Keys.extent(file, offset));
    return last == null
        ? Optional.empty()
        : Optional.of(Values.extent(Keys.number(last.key(), 1), last.value()));
  }

  /** The write lease of the whole file. */
  public Optional<LeaseRecord> lease(long file) {
    return record(Keys.lease(file), LeaseRecord.parser());
  }

  /** What a lease's stream may write. */
  public static ByteRange rangeOf(LeaseRecord lease) {
    return lease.hasRange()
        ? new ByteRange(lease.getRange().getOffset(), lease.getRange().getLength())
        : ByteRange.from(0);
  }

  /** Whether anybody has a write lease of a file, or of a range of it. */
  public boolean isLeased(long file) {
    return image.containsAny(Keys.lease(file));
  }

  /** Where the bytes end that a lease's stream goes on from. */
  public static long committedEnd(Node file, LeaseRecord lease) {
    return lease.hasRange() ? lease.getRange().getCommittedEnd() : file.inode().getSize();
  }

  /**
   * The extent that ends with what a lease's stream goes on from; none if there is nothing, or if
   * it ends a range and what stands behind it has been joined to it.
   */
  public Optional<Extent> lastOf(Node file, LeaseRecord lease) {
    if (!lease.hasRange()) {
      return lastExtent(file.id());
    }
    long end = lease.getRange().getCommittedEnd();
    return end == lease.getRange().getOffset()
        ? Optional.empty()
        : extentAtMost(file.id(), end - 1).filter(last -> last.fileEnd() == end);
  }

  /** A write lease, and its file. */
  public record FileLease(long file, LeaseRecord lease) {}

  /** Write leases of a file, or of its ranges in their order, at most {@code limit}. */
  public List<LeaseRecord> leases(long file, int limit) {
    List<LeaseRecord> leases = new ArrayList<>();
    image.scan(
        Keys.lease(file),
        null,
        (key, value) -> {
          leases.add(parse(LeaseRecord.parser(), value));
          return leases.size() < limit;
        });
    return leases;
  }

  /** Write leases of a session, at most {@code limit}. */
  public List<FileLease> leasesOf(long session, int limit) {
    return leasesIn(Keys.leasesOf(session), limit);
  }

  /** Write leases that a session has of one file. */
  public List<LeaseRecord> leasesOf(long session, long file) {
    return leasesIn(Keys.leaseOf(session, file), Integer.MAX_VALUE).stream()
        .map(FileLease::lease)
        .toList();
  }

  /** What a part of the index of write leases by session, and file, leads to. */
  private List<FileLease> leasesIn(byte[] index, int limit) {
    List<byte[]> found = new ArrayList<>();
    image.scan(
        index,
        null,
        (key, value) -> {
          found.add(Keys.indexedLease(key));
          return found.size() < limit;
        });
    return found.stream()
        .map(
            key ->
                new FileLease(Keys.number(key, 0), record(key, LeaseRecord.parser()).orElseThrow()))
        .toList();
  }

  public Optional<byte[]> xattr(long file, String name) {
    return Optional.ofNullable(image.get(Keys.xattr(file, name)));
  }

  public Map<String, byte[]> xattrs(long file) {
    Map<String, byte[]> xattrs = new LinkedHashMap<>();
    image.scan(
        Keys.xattrs(file),
        null,
        (key, value) -> {
          xattrs.put(Keys.xattrName(key), value);
          return true;
        });
    return xattrs;
  }

  public Optional<SessionRecord> session(long session) {
    return record(Keys.session(session), SessionRecord.parser());
  }

  /** Space that a session has for its small files. */
  public List<BlockRange> pool(long session) {
    return record(Keys.pool(session), PoolRecord.parser())
        .map(Delegations::ranges)
        .orElse(List.of());
  }

  /** Ids of all durable sessions. */
  public List<Long> sessions() {
    List<Long> ids = new ArrayList<>();
    image.scan(
        Keys.sessions(),
        null,
        (key, value) -> {
          ids.add(Keys.number(key, 0));
          return true;
        });
    return ids;
  }

  /** Streams of a session that are over and not drained, with the files they wrote. */
  public Map<Long, Long> heldStreams(long session, int limit) {
    Map<Long, Long> files = new LinkedHashMap<>();
    image.scan(
        Keys.heldOf(session),
        null,
        (key, value) -> {
          files.put(Keys.number(key, 1), Values.count(value));
          return files.size() < limit;
        });
    return files;
  }

  /** Blocks that are in quarantine for a session's streams. */
  public long quarantinedBlocks(long session) {
    long[] blocks = new long[1];
    image.scan(
        Keys.quarantinedOf(session),
        null,
        (key, value) -> {
          blocks[0] += Values.count(value);
          return true;
        });
    return blocks[0];
  }

  public List<VolumeRecord> volumes() {
    List<VolumeRecord> volumes = new ArrayList<>();
    image.scan(
        Keys.volumes(),
        null,
        (key, value) -> {
          volumes.add(parse(VolumeRecord.parser(), value));
          return true;
        });
    return volumes;
  }

  /** A boot of the host. */
  Optional<BootRecord> boot(long number) {
    return record(Keys.boot(number), BootRecord.parser());
  }

  /** The latest boot that this virtual server has seen; number 0 before the first. */
  public BootRecord currentBoot() {
    Entry latest = image.floor(Keys.boots(), Keys.boot(Long.MAX_VALUE));
    return latest == null
        ? BootRecord.getDefaultInstance()
        : parse(BootRecord.parser(), latest.value());
  }

  /**
   * Files with bytes that were being flushed when a boot of the host before this one ended; looks
   * at every inode.
   */
  public List<Long> proving() {
    List<Long> files = new ArrayList<>();
    long boot = currentBoot().getNumber();
    image.scan(
        Keys.allEntries(),
        null,
        (key, value) -> {
          InodeRecord inode = parse(InodeRecord.parser(), value);
          if (inode.getDataBoot() != boot && SyncedBytes.isProving(this, inode)) {
            files.add(inode.getFileId());
          }
          return true;
        });
    return files;
  }

  public CountersRecord counters() {
    return record(Keys.counters(), CountersRecord.parser())
        .orElseThrow(() -> new IllegalStateException("the image holds no counters"));
  }

  /** False for an image into which nothing has been put yet. */
  public boolean exists() {
    return image.contains(Keys.counters());
  }

  ImageReader image() {
    return image;
  }

  private <T> Optional<T> record(byte[] key, Parser<T> parser) {
    byte[] value = image.get(key);
    return value == null ? Optional.empty() : Optional.of(parse(parser, value));
  }

  private static <T> T parse(Parser<T> parser, byte[] value) {
    try {
      return parser.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the image holds a damaged record", e);
    }
  }

  private static LeatException gone(long file) {
    return new LeatException(
        ErrorCode.NOT_FOUND, "File " + file + " does not exist any more: deleted or replaced");
  }

  /** Bytes of a name as a key holds them. */
  static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }
}
