package io.leat.mds.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each file has held and when, by the tag that its create carried: the shadow of the data
 * path. A publication is possible from when it is asked for, certain once it is acknowledged, and
 * over once a later one is. A death of the host takes it back to the last one that is durable, or
 * any after that.
 */
final class Contents {

  private final World world;
  private final Map<Long, History> files = new HashMap<>();

  /** A publication that was acknowledged before it was durable. */
  private record Early(Version version, long atMillis) {}

  /** The versions of one file. */
  private static final class History {
    private final List<Version> versions = new ArrayList<>();

    /** The newest version that is durable as far as the file's length goes. */
    private Version durable = Version.empty();

    /** Acknowledged since, in this order. */
    private final Deque<Early> early = new ArrayDeque<>();

    History() {
      versions.add(durable);
    }

    /** Everything up to a version, which may be one that is durable already. */
    void durable(Version version) {
      if (isAfterDurable(version)) {
        durable = version;
        early.removeIf(e -> !isAfterDurable(e.version()));
      }
    }

    boolean isAfterDurable(Version version) {
      return versions.indexOf(version) > versions.indexOf(durable);
    }

    void hostDied(long syncedMillis) {
      durable.hostDied(syncedMillis);
      early.forEach(e -> e.version().hostDied(syncedMillis));
      versions.stream().filter(v -> !v.isOver()).forEach(v -> v.hostDied(syncedMillis));
    }
  }

  Contents(World world) {
    this.world = world;
  }

  /** Files begin empty, and may be seen before their maker hears of them. */
  private History history(long tag) {
    return files.computeIfAbsent(tag, t -> new History());
  }

  /** Somebody asks for this to be published. */
  Version attempt(long tag, Version version) {
    history(tag).versions.add(version);
    return version;
  }

  /** It is, and durably: nothing older may be seen by who asks from now on. */
  void acknowledged(long tag, Version version) {
    History history = history(tag);
    becomes(history, version);
    version.journaled(world.time.now());
    history.durable = version;
    history.early.clear();
  }

  /** It is, but may be gone after a death of the host. */
  void acknowledgedEarly(long tag, Version version) {
    History history = history(tag);
    becomes(history, version);
    if (history.isAfterDurable(version)) { // nobody has been shown it yet
      history.early.add(new Early(version, world.time.now()));
    }
  }

  private void becomes(History history, Version version) {
    for (Version other : history.versions) {
      if (other != version) {
        other.over(world.time.now());
      }
    }
  }

  /**
   * Somebody was shown this version, or a later one that reads alike: who asks from now on is shown
   * nothing older. With one writer at a time, that makes writes, flushes and reads linearizable.
   */
  private void overBefore(History history, Version shown) {
    for (Version older : history.versions) {
      if (older == shown) {
        return;
      }
      older.over(world.time.now());
    }
  }

  /** It certainly is not, and never was. */
  void refused(long tag, Version version) {
    history(tag).versions.remove(version);
  }

  /** All clients are gone with the host. */
  void hostDied() {
    for (History history : files.values()) {
      while (!history.early.isEmpty() && world.isSettled(history.early.peek().atMillis())) {
        history.durable(history.early.peek().version());
      }
      history.hostDied(world.volumeSyncedMillis());
    }
  }

  /** The file's owner sees its size: one of the versions that are possible has come true. */
  Version resolve(long tag, long size) {
    List<Version> possible =
        history(tag).versions.stream().filter(version -> !version.isOver()).toList();
    for (Version version : possible) {
      if (version.size() == size) {
        acknowledged(tag, version);
        return version;
      }
    }
    world.judge.violated(
        "S1",
        "file with tag %d has %d bytes, acknowledged or possible are %s"
            .formatted(tag, size, sizes(possible)));
    return Version.empty().grown(new byte[Math.toIntExact(size)]);
  }

  /** The file's owner was let at all of its bytes. */
  void requireWhole(long tag, Version version) {
    if (!version.foundWhole()) {
      world.judge.violated(
          "D1", "bytes of the file with tag %d were lost, and are back".formatted(tag));
    }
  }

  private static List<Integer> sizes(List<Version> versions) {
    return versions.stream().map(Version::size).toList();
  }

  /**
   * Checks what a reader was given.
   *
   * @param since when the reader asked for the file's state at the earliest
   * @param wanted bytes it had room for
   * @param got what it was given; empty at the end
   */
  void check(String who, long tag, long since, long position, int wanted, byte[] got) {
    History history = history(tag);
    List<Version> seen = visible(history, since);
    for (Version version : seen) {
      if (version.read(position, wanted, got)) {
        history.durable(version);
        overBefore(history, version);
        return;
      }
    }
    world.judge.violated(
        "D1-D3",
        "%s read %d of %d bytes at %d of the file with tag %d, and they are of none of its versions since %d ms, with %s bytes%s"
            .formatted(
                who,
                got.length,
                wanted,
                position,
                tag,
                since,
                sizes(seen),
                where(seen, position, got)));
  }

  /** Checks that somebody was refused what a death of the host may have taken. */
  void checkLost(String who, long tag, long since, long position, long from) {
    world.countDataLost();
    History history = history(tag);
    List<Version> seen = visible(history, since);
    for (Version version : seen) {
      if (position >= from && position < version.size() && version.foundLost(from)) {
        history.durable(version);
        return;
      }
    }
    world.judge.violated(
        "D1",
        "%s was refused bytes at %d of the file with tag %d as lost from %d on, and they are of none of its versions since %d ms, with %s bytes"
            .formatted(who, position, tag, from, since, sizes(seen)));
  }

  /** What a reader of the file with this tag may be given. */
  Reading.Shadow shadow(String who, long tag) {
    return new Reading.Shadow() {
      @Override
      public void read(long since, long asked, long position, int wanted, byte[] got) {
        check(who, tag, since, position, wanted, got);
      }

      @Override
      public void lost(long since, long position, LostBytes lost) {
        checkLost(who, tag, since, position, lost.from());
      }
    };
  }

  private static List<Version> visible(History history, long since) {
    return history.versions.stream().filter(version -> version.visibleSince(since)).toList();
  }

  /**
   * For a person: where the bytes differ from the last version first, and whether they are zeros.
   */
  private static String where(List<Version> seen, long position, byte[] got) {
    byte[] last = seen.isEmpty() ? new byte[0] : seen.get(seen.size() - 1).bytes();
    for (int i = 0; i < got.length && position + i < last.length; i++) {
      if (got[i] != last[(int) position + i]) {
        return "; byte %d differs from the newest (read %d, expected %d)"
            .formatted(position + i, got[i], last[(int) position + i]);
      }
    }
    return "";
  }
}
