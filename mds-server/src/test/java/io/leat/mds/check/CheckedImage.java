package io.leat.mds.check;

import com.google.protobuf.ByteString;
import io.leat.mds.image.ImageReader;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.namespace.Delegations;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.proto.CountersRecord;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.mds.namespace.proto.VolumeRecord;
import io.leat.model.BlockRange;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A small image with something in every table:
 *
 * <pre>
 *   /a/             directory {@link #a}
 *   /a/b/           directory {@link #b}
 *   /a/b/closed     {@link #closed}, 2 extents, 10,000 and 4,096 bytes, an attribute, 2 pinned blocks
 *   /a/writing      {@link #writing}, 1 extent, leased by {@link #session}, 10 blocks delegated
 *   /a/empty        {@link #empty}
 *   (deleted)       a file of 1 extent, half reclaimed
 * </pre>
 */
final class CheckedImage implements ImageRepair.Target {

  static final long BLOCKS = 1_000;

  final MemoryImage image = new MemoryImage();
  long a;
  long b;
  long closed;
  long writing;
  long empty;
  long session;

  CheckedImage() {
    write(this::fill);
  }

  private void fill(ImageTransaction transaction) {
    NamespaceWriter ns = new NamespaceWriter(transaction);
    ns.format(inode().build());
    ns.addVolume(
        VolumeRecord.newBuilder()
            .setName("v")
            .setUuid(ByteString.copyFrom(new byte[16]))
            .setBlocks(BLOCKS)
            .build(),
        1);
    try {
      fillTree(ns);
    } catch (LeatException e) {
      throw new IllegalStateException(e);
    }
    ns.finish();
  }

  private void fillTree(NamespaceWriter ns) throws LeatException {
    a = add(ns, ns.root(), "a", inode().setDirectory(true));
    b = add(ns, ns.byId(a).orElseThrow(), "b", inode().setDirectory(true));
    closed = add(ns, ns.byId(b).orElseThrow(), "closed", inode().setSize(14_096));
    append(ns, closed, 0, 10_000);
    ns.pin(closed, take(ns, 2));
    append(ns, closed, 10_000, 4_096);
    ns.putXAttr(closed, "user.color", new byte[] {1});
    session = ns.addSession(SessionRecord.newBuilder().setHost("h").setProcess("p").build());
    ns.quarantine(session, 2, take(ns, 7));
    ns.putReply(session, 3, new byte[8]);
    InodeRecord.Builder open = inode().setSize(4_096).setUnderConstruction(true);
    writing = add(ns, ns.byId(a).orElseThrow(), "writing", open);
    append(ns, writing, 0, 4_096);
    LeaseRecord lease = LeaseRecord.newBuilder().setSession(session).setHolder("p on h").build();
    ns.putLease(writing, Delegations.with(lease, List.of(take(ns, 10))));
    empty = add(ns, ns.byId(a).orElseThrow(), "empty", inode());
    long gone = add(ns, ns.root(), "gone", inode().setSize(20_000));
    append(ns, gone, 0, 8_192);
    ns.unlink(ns.byId(gone).orElseThrow(), 1);
  }

  static InodeRecord.Builder inode() {
    return InodeRecord.newBuilder().setMode(0755).setOwner("o").setGroup("g").setVersion(1);
  }

  private static long add(NamespaceWriter ns, Node parent, String name, InodeRecord.Builder inode) {
    return ns.add(parent, name, inode.setFileId(ns.newFileId()).build()).id();
  }

  private static BlockRange take(NamespaceWriter ns, long blocks) throws LeatException {
    return ns.take(0, blocks, Optional.empty()).get(0);
  }

  private static void append(NamespaceWriter ns, long file, long offset, long length)
      throws LeatException {
    long block = take(ns, Extent.blocksFor(length)).block();
    ns.append(file, Extent.written(offset, 0, block, length));
  }

  // ---- reading and damage ---------------------------------------------------------------------

  CheckReport check() {
    return read(ImageChecker::check);
  }

  Map<FindingKind, Long> counts() {
    return new EnumMap<>(check().counts());
  }

  @Override
  public <T> T read(Function<ImageReader, T> use) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return use.apply(snapshot);
    }
  }

  @Override
  public void write(Consumer<ImageTransaction> change) {
    try (ImageTransaction transaction = image.begin()) {
      change.accept(transaction);
      transaction.commit();
    }
  }

  byte[] entryOf(long id) {
    return read(
        reader -> {
          Node node = new Namespace(reader).byId(id).orElseThrow();
          return Keys.entry(node.parent(), node.name());
        });
  }

  void changeInode(long id, Consumer<InodeRecord.Builder> change) {
    byte[] key = entryOf(id);
    InodeRecord.Builder inode =
        read(reader -> new Namespace(reader).byId(id)).orElseThrow().inode().toBuilder();
    change.accept(inode);
    write(t -> t.put(key, inode.build().toByteArray()));
  }

  void changeCounters(Consumer<CountersRecord.Builder> change) {
    CountersRecord.Builder counters = read(reader -> new Namespace(reader).counters()).toBuilder();
    change.accept(counters);
    write(t -> t.put(Keys.counters(), counters.build().toByteArray()));
  }

  /** Keys that start with these bytes. */
  List<byte[]> keys(byte[] prefix) {
    List<byte[]> keys = new ArrayList<>();
    read(
        reader -> {
          reader.scan(prefix, null, (key, value) -> keys.add(key));
          return keys;
        });
    return keys;
  }

  byte[] get(byte[] key) {
    return read(reader -> reader.get(key));
  }
}
