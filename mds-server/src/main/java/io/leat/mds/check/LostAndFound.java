package io.leat.mds.check;

import io.leat.mds.check.Records.RawExtent;
import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.proto.CountersRecord;
import io.leat.mds.namespace.proto.InodeRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans a place in {@code /lost+found} for inodes that no path leads to. An inode whose entry is
 * lost has lost its attributes too: it comes back as the root's owner's, readable by nobody else,
 * with the size that its extents have.
 */
final class LostAndFound {

  static final String NAME = "lost+found";

  private static final int PRIVATE_FILE = 0600;
  private static final int PRIVATE_DIRECTORY = 0700;
  private static final long BLOCK_SIZE = 128L << 20;

  private final ImageReader image;
  private final Findings findings;
  private final List<Long> withoutEntry = new ArrayList<>();
  private final List<Stray> strays = new ArrayList<>();

  /** An entry that stands nowhere. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stray(byte[] key, InodeRecord inode) {}

  LostAndFound(ImageReader image, Findings findings) {
    this.image = image;
    this.findings = findings;
  }

  void inodeWithoutEntry(long id) {
    if (findings.planning() && withoutEntry.size() < Findings.REPAIRS_MAX) {
      withoutEntry.add(id);
    }
  }

  void entryWithoutParent(byte[] key, InodeRecord inode) {
    if (findings.planning() && strays.size() < Findings.REPAIRS_MAX) {
      strays.add(new Stray(key, inode));
    }
  }

  /**
   * Plans what was noted.
   *
   * @param counters as they should be before
   * @return as they should be after
   */
  CountersRecord plan(CountersRecord counters) {
    byte[] rootKey = Keys.entry(Namespace.NOWHERE, "");
    byte[] root = image.get(rootKey);
    if ((strays.isEmpty() && withoutEntry.isEmpty())
        || root == null
        || Records.inode(root).isEmpty()) {
      return counters;
    }
    return plan(counters, Records.inode(root).orElseThrow());
  }

  private CountersRecord plan(CountersRecord before, InodeRecord root) {
    CountersRecord.Builder counters = before.toBuilder();
    String name = freeName(Namespace.ROOT, NAME);
    byte[] present = image.get(Keys.entry(Namespace.ROOT, name));
    long directory = counters.getNextFileId();
    if (present == null) {
      counters.setNextFileId(directory + 1).setInodes(counters.getInodes() + 1);
      List<Mutation> made = new ArrayList<>();
      made.add(Mutation.put(Keys.counters(), counters.build().toByteArray()));
      made.addAll(
          List.of(
              InodeIndex.placing(
                  Keys.entry(Namespace.ROOT, name), fresh(root, directory, true, 0, false))));
      findings.plan(new Repair("made directory /" + name, false, made));
    } else {
      directory = Records.inode(present).orElseThrow().getFileId();
    }
    place(directory, name, root, counters);
    return counters.build();
  }

  private void place(
      long directory, String name, InodeRecord root, CountersRecord.Builder counters) {
    for (Stray stray : strays) {
      List<Mutation> moved = new ArrayList<>(List.of(Mutation.delete(stray.key())));
      moved.addAll(List.of(InodeIndex.placing(entryIn(directory, stray.inode()), stray.inode())));
      findings.plan(
          new Repair(
              "file %d moved to /%s".formatted(stray.inode().getFileId(), name), false, moved));
    }
    for (long id : withoutEntry) {
      InodeRecord inode = recovered(root, id);
      if (inode == null) {
        counters.setInodes(counters.getInodes() - 1);
        findings.plan(
            new Repair(
                "file %d, of which nothing is left, forgotten".formatted(id),
                false,
                List.of(Mutation.delete(Keys.backPointer(id)))));
      } else {
        findings.plan(
            new Repair(
                "file %d put into /%s".formatted(id, name),
                false,
                List.of(InodeIndex.placing(entryIn(directory, inode), inode))));
      }
    }
  }

  private byte[] entryIn(long directory, InodeRecord inode) {
    return Keys.entry(directory, freeName(directory, Long.toString(inode.getFileId())));
  }

  /** A name that is free; for the directory itself one that is a directory will do too. */
  private String freeName(long parent, String wanted) {
    String name = wanted;
    while (true) {
      byte[] present = image.get(Keys.entry(parent, name));
      boolean usable =
          present == null
              || (parent == Namespace.ROOT
                  && Records.inode(present).filter(InodeRecord::getDirectory).isPresent());
      if (usable) {
        return name;
      }
      name += "_";
    }
  }

  /** What can be told of an inode without its entry; null when nothing belongs to it. */
  private InodeRecord recovered(InodeRecord root, long id) {
    long[] found = new long[2];
    image.scan(Keys.entries(id), null, (key, value) -> ++found[0] == 0);
    image.scan(
        Keys.extents(id),
        null,
        (key, value) -> {
          found[1] = Records.extent(key, value).map(RawExtent::end).orElse(found[1]);
          return true;
        });
    boolean leased = image.containsAny(Keys.lease(id));
    if (found[0] == 0 && found[1] == 0 && !leased) {
      return null;
    }
    return fresh(root, id, found[0] > 0, found[1], leased);
  }

  private static InodeRecord fresh(
      InodeRecord root, long id, boolean directory, long size, boolean leased) {
    InodeRecord.Builder inode =
        InodeRecord.newBuilder()
            .setFileId(id)
            .setDirectory(directory)
            .setMode(directory ? PRIVATE_DIRECTORY : PRIVATE_FILE)
            .setOwner(root.getOwner())
            .setGroup(root.getGroup())
            .setModifiedMillis(root.getModifiedMillis())
            .setAccessedMillis(root.getAccessedMillis())
            .setVersion(1);
    if (!directory) {
      inode.setSize(size).setBlockSize(BLOCK_SIZE).setReplication(1).setUnderConstruction(leased);
    }
    return inode.build();
  }
}
