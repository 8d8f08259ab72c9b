package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.Values;
import io.leat.mds.namespace.proto.InodeRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds inodes by id, also those whose back pointer is damaged once that was noticed. */
final class InodeIndex {

  private final ImageReader image;

  /** Entries that no back pointer leads to, by inode; as many as there is damage. */
  private final Map<Long, byte[]> withoutBackPointer = new HashMap<>();

  /**
   * An inode and its entry.
   *
   * @param key of the entry
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Located(byte[] key, InodeRecord inode) {

    long parent() {
      return Keys.number(key, 0);
    }
  }

  InodeIndex(ImageReader image) {
    this.image = image;
  }

  /** The key of the entry to which a back pointer's value leads. */
  static byte[] entryKey(byte[] backPointer) {
    return ByteBuffer.allocate(1 + backPointer.length).put((byte) 'D').put(backPointer).array();
  }

  /** The value of the back pointer that leads to an entry. */
  static byte[] backPointer(byte[] entryKey) {
    return Arrays.copyOfRange(entryKey, 1, entryKey.length);
  }

  /** Where the inode's back pointer leads, if it leads to that inode. */
  Optional<Located> byBackPointer(long id) {
    byte[] back = image.get(Keys.backPointer(id));
    if (back == null || back.length < Long.BYTES) {
      return Optional.empty();
    }
    return located(entryKey(back), id);
  }

  private Optional<Located> located(byte[] key, long id) {
    byte[] value = key.length > ImageReader.MAX_KEY_BYTES ? null : image.get(key);
    return value == null
        ? Optional.empty()
        : Records.inode(value)
            .filter(inode -> inode.getFileId() == id)
            .map(inode -> new Located(key, inode));
  }

  /** Notes an entry that no back pointer leads to; false when the inode has one such already. */
  boolean noteWithoutBackPointer(long id, byte[] key) {
    return withoutBackPointer.putIfAbsent(id, key) == null;
  }

  boolean lacksBackPointer(long id) {
    return withoutBackPointer.containsKey(id);
  }

  Optional<Located> find(long id) {
    Optional<Located> found = byBackPointer(id);
    byte[] noted = withoutBackPointer.get(id);
    return found.isEmpty() && noted != null ? located(noted, id) : found;
  }

  /** True unless neither an entry nor a back pointer speaks of the inode. */
  boolean isKnown(long id) {
    return withoutBackPointer.containsKey(id) || image.contains(Keys.backPointer(id));
  }

  /** Whether the entry is the one that its inode is found by. */
  boolean isHome(byte[] key, long id) {
    return find(id).filter(at -> Arrays.equals(at.key(), key)).isPresent();
  }

  /** For a person: the id and, where it can be told, the path. */
  String describe(long id) {
    StringBuilder path = new StringBuilder();
    long at = id;
    for (int depth = 0; at != Namespace.ROOT && depth < DESCRIBED_DEPTH_MAX; depth++) {
      Optional<Located> found = find(at);
      if (found.isEmpty() || at == Namespace.DELETED) {
        return id + (at == Namespace.DELETED ? " (deleted)" : " (no path)");
      }
      path.insert(0, "/" + nameOf(found.get().key()));
      at = found.get().parent();
    }
    return "%d (%s%s)"
        .formatted(id, at == Namespace.ROOT ? "" : "...", path.isEmpty() ? "/" : path);
  }

  private static final int DESCRIBED_DEPTH_MAX = 20;

  static String nameOf(byte[] entryKey) {
    return new String(entryKey, 9, entryKey.length - 9, StandardCharsets.UTF_8);
  }

  /** For a person: an entry by its directory's id and its name. */
  static String describe(byte[] entryKey) {
    return "entry '%s' of directory %d".formatted(nameOf(entryKey), Keys.number(entryKey, 0));
  }

  /** The pair of records that put an inode at an entry. */
  static Mutation[] placing(byte[] entryKey, InodeRecord inode) {
    return new Mutation[] {
      Mutation.put(entryKey, inode.toByteArray()),
      Mutation.put(
          Keys.backPointer(inode.getFileId()),
          Values.backPointer(Keys.number(entryKey, 0), nameOf(entryKey)))
    };
  }
}
