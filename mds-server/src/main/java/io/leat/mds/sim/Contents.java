package io.leat.mds.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each file has held and when, by file id: the shadow of the data path. A publication is
 * possible from when it is asked for, certain once it is acknowledged, and over once a later one
 * is.
 */
final class Contents {

  private static final long FOREVER = Long.MAX_VALUE;

  private final World world;
  private final Map<Long, List<State>> files = new HashMap<>();

  /** One version of a file's bytes, and when somebody may have seen it. */
  static final class State {
    private final byte[] bytes;
    private long until = FOREVER;

    State(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  Contents(World world) {
    this.world = world;
  }

  /** Files begin empty, and may be seen before their maker hears of them. */
  private List<State> states(long file) {
    return files.computeIfAbsent(file, f -> new ArrayList<>(List.of(new State(new byte[0]))));
  }

  /** Somebody asks for these bytes to be published. */
  State attempt(long file, byte[] bytes) {
    State state = new State(bytes);
    states(file).add(state);
    return state;
  }

  /** They are: nothing older may be seen by who asks from now on. */
  void acknowledged(long file, State state) {
    for (State other : states(file)) {
      if (other != state) {
        other.until = Math.min(other.until, world.time.now());
      }
    }
  }

  /** They certainly are not, and never were. */
  void refused(long file, State state) {
    states(file).remove(state);
  }

  /**
   * The file's owner sees its size: one of the states that are possible has come true.
   *
   * @return its bytes
   */
  byte[] resolve(long file, long size) {
    List<State> possible = states(file).stream().filter(s -> s.until == FOREVER).toList();
    for (State state : possible) {
      if (state.bytes.length == size) {
        acknowledged(file, state);
        return state.bytes;
      }
    }
    world.judge.violated(
        "S1",
        "file %d has %d bytes, acknowledged or possible are %s"
            .formatted(file, size, sizes(possible)));
    return new byte[Math.toIntExact(size)];
  }

  private static List<Integer> sizes(List<State> states) {
    return states.stream().map(s -> s.bytes.length).toList();
  }

  /**
   * Checks what a reader was given.
   *
   * @param since when the reader asked for the file's state at the earliest
   * @param wanted bytes it had room for
   * @param got what it was given; empty at the end
   */
  void check(String who, long file, long since, long position, int wanted, byte[] got) {
    List<State> seen = new ArrayList<>();
    for (State state : states(file)) {
      if (state.until >= since) {
        seen.add(state);
        if (fits(state.bytes, position, wanted, got)) {
          return;
        }
      }
    }
    world.judge.violated(
        "D1-D3",
        "%s read %d of %d bytes at %d of file %d, and they are of none of its versions since %d ms, with %s bytes%s"
            .formatted(
                who,
                got.length,
                wanted,
                position,
                file,
                since,
                sizes(seen),
                where(seen, position, got)));
  }

  private static boolean fits(byte[] bytes, long position, int wanted, byte[] got) {
    long length = Math.min(wanted, bytes.length - position);
    return length <= 0
        ? got.length == 0
        : got.length == length
            && Arrays.equals(bytes, (int) position, (int) (position + length), got, 0, got.length);
  }

  /**
   * For a person: where the bytes differ from the last version first, and whether they are zeros.
   */
  private static String where(List<State> seen, long position, byte[] got) {
    byte[] last = seen.isEmpty() ? new byte[0] : seen.get(seen.size() - 1).bytes;
    for (int i = 0; i < got.length && position + i < last.length; i++) {
      if (got[i] != last[(int) position + i]) {
        return "; byte %d differs from the newest (read %d, expected %d)"
            .formatted(position + i, got[i], last[(int) position + i]);
      }
    }
    return "";
  }
}
