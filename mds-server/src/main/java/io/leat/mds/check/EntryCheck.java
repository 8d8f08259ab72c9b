package io.leat.mds.check;

import io.leat.mds.check.InodeIndex.Located;
import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.PathName;
import io.leat.mds.namespace.proto.InodeRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Entries and back pointers: each inode has one of both and they lead to each other. A back pointer
 * is one value, so two entries of an inode cannot both be led back to: no set of ids is needed.
 */
final class EntryCheck {

  private final ImageReader image;
  private final Findings findings;
  private final InodeIndex index;
  private final LostAndFound lost;
  private long inodes;
  private long highestId;

  EntryCheck(ImageReader image, Findings findings, InodeIndex index, LostAndFound lost) {
    this.image = image;
    this.findings = findings;
    this.index = index;
    this.lost = lost;
  }

  /** Looks at all; afterwards the index knows every entry without a back pointer. */
  void run() {
    requireSystemDirectory(Namespace.ROOT, "", "the root directory");
    requireSystemDirectory(
        Namespace.DELETED, Namespace.DELETED_NAME, "the directory of deleted things");
    image.scan(
        new byte[] {'D'},
        null,
        (key, value) -> {
          if (Records.fault(key, value).isEmpty()) {
            entry(key, Records.inode(value).orElseThrow());
          }
          return true;
        });
    image.scan(
        new byte[] {'B'},
        null,
        (key, value) -> {
          if (Records.fault(key, value).isEmpty()) {
            backPointer(Keys.number(key, 0), value);
          }
          return true;
        });
  }

  /** Files and directories, the root included, the directory of deleted things not. */
  long inodes() {
    return inodes;
  }

  /** The largest id of an inode. */
  long highestId() {
    return highestId;
  }

  private void requireSystemDirectory(long id, String name, String what) {
    byte[] value = image.get(Keys.entry(Namespace.NOWHERE, name));
    Optional<InodeRecord> inode = value == null ? Optional.empty() : Records.inode(value);
    boolean right =
        inode.isPresent() && inode.get().getFileId() == id && inode.get().getDirectory();
    if (!right) {
      findings.add(
          FindingKind.SYSTEM_DIRECTORY_MISSING,
          "directory " + id,
          what + " does not exist, or is something else");
    }
  }

  private void entry(byte[] key, InodeRecord inode) {
    long id = inode.getFileId();
    if (!isNameValid(key)) {
      findings.add(
          FindingKind.NAME_INVALID,
          InodeIndex.describe(key),
          "no path can have this name; it holds inode " + id);
    }
    Optional<Located> led = index.byBackPointer(id);
    if (led.isPresent()) {
      if (!java.util.Arrays.equals(led.get().key(), key)) {
        duplicate(key, id);
        return;
      }
    } else if (!index.noteWithoutBackPointer(id, key)) {
      duplicate(key, id);
      return;
    } else {
      findings.add(
          FindingKind.BACK_POINTER_WRONG,
          "file " + index.describe(id),
          "%s holds it, and its back pointer %s"
              .formatted(
                  InodeIndex.describe(key),
                  image.contains(Keys.backPointer(id)) ? "leads elsewhere" : "does not exist"),
          Mutation.put(Keys.backPointer(id), InodeIndex.backPointer(key)));
    }
    count(id);
  }

  private void duplicate(byte[] key, long id) {
    findings.add(
        FindingKind.DUPLICATE_INODE,
        "file " + index.describe(id),
        InodeIndex.describe(key) + " holds the same inode");
  }

  private void backPointer(long id, byte[] value) {
    if (index.lacksBackPointer(id) || index.byBackPointer(id).isPresent()) {
      return;
    }
    byte[] key = InodeIndex.entryKey(value);
    count(id);
    boolean unreadable =
        key.length <= ImageReader.MAX_KEY_BYTES
            && image.contains(key)
            && Records.fault(key, image.get(key)).isPresent();
    if (!unreadable && !isSystem(id)) {
      findings.add(
          FindingKind.INODE_WITHOUT_ENTRY,
          "file " + id,
          "its back pointer leads to %s, which does not hold it"
              .formatted(InodeIndex.describe(key)));
      lost.inodeWithoutEntry(id);
    }
  }

  private void count(long id) {
    highestId = Math.max(highestId, id);
    if (id != Namespace.DELETED) {
      inodes++;
    }
  }

  private static boolean isSystem(long id) {
    return id == Namespace.ROOT || id == Namespace.DELETED;
  }

  private static boolean isNameValid(byte[] key) {
    int length = key.length - 9;
    if (Keys.number(key, 0) == Namespace.NOWHERE) {
      return true; // TreeCheck says which names may stand there
    }
    if (length == 0 || length > PathName.COMPONENT_BYTES_MAX) {
      return false;
    }
    try {
      String name =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key, 9, length)).toString();
      return name.indexOf('/') < 0
          && name.indexOf('\0') < 0
          && !name.equals(".")
          && !name.equals("..");
    } catch (CharacterCodingException e) {
      return false; // not UTF-8: invalid, and reported as that
    }
  }
}
