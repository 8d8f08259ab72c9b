package io.leat.mds.sim;

import io.leat.model.ByteRange;
import io.leat.model.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One file that all users fill, each stream a range of it: the shadow of each range, and what a
 * reader may be shown. A range is empty when it is opened, however much it held, and what is not
 * written reads as zeros. Bytes of a range are durable when they are published, so that a death of
 * the host changes nothing.
 */
final class SharedRanges {

  static final String PATH = "/filled";

  private static final int RANGES = 4;
  private static final int RANGE_BYTES_MAX = 30_000;

  /** One boundary in so many stands between two blocks. */
  private static final int ALIGNED_ONE_IN = 3;

  private final World world;
  private final long tag;
  private final List<Range> ranges = new ArrayList<>();
  private long thereSince = Version.FOREVER;

  /** What a range held or may have held: a beginning of it, the rest is zeros. */
  private static final class Held {
    private final Stream stream;
    private final byte[] bytes;
    private long until = Version.FOREVER;

    Held(Stream stream, byte[] bytes) {
      this.stream = stream;
      this.bytes = bytes;
    }

    void over(long millis) {
      until = Math.min(until, millis);
    }
  }

  /** A part of the file that has one writer at a time. */
  private static final class Range {
    private final ByteRange bytes;
    private final List<Held> history = new ArrayList<>();

    Range(ByteRange bytes) {
      this.bytes = bytes;
      history.add(new Held(null, new byte[0]));
    }
  }

  /** A writer of a range. */
  final class Stream {
    private final Range range;
    private Held latest;

    /** When the latest was asked for. */
    private long asked;

    /** When it heard that it has the range; until then it may begin, whatever others do. */
    private long opened = Version.FOREVER;

    private Stream(Range range) {
      this.range = range;
      this.latest = attempt(new byte[0]);
    }

    ByteRange bytes() {
      return range.bytes;
    }

    /** It has the range to itself now, and nothing stands in it. */
    void opened() {
      opened = world.time.now();
      endOthers();
      thereSince = Math.min(thereSince, world.time.now());
    }

    /**
     * It had the range to itself at some time since it asked: whoever had it before then has it no
     * more, and nobody is shown what he wrote.
     */
    private void endOthers() {
      for (Held held : range.history) {
        if (held.stream != this && (held.stream == null || held.stream.opened < asked)) {
          held.over(world.time.now());
        }
      }
    }

    /** Asks for these bytes to be published from the range's start. */
    Held attempt(byte[] bytes) {
      asked = world.time.now();
      latest = new Held(this, bytes);
      range.history.add(latest);
      return latest;
    }

    /** What was asked for last is published. */
    void published() {
      endOthers();
      overBefore(range, latest);
    }

    /** What was asked for last is not, and never was. */
    void refused() {
      range.history.remove(latest);
    }
  }

  SharedRanges(World world) {
    this.world = world;
    this.tag = world.newTag();
    RandomGenerator random = world.newRandom();
    long at = 0;
    for (int i = 0; i < RANGES - 1; i++) {
      long length = 1L + random.nextInt(RANGE_BYTES_MAX);
      if (random.nextInt(ALIGNED_ONE_IN) == 0) {
        length = Extent.blocksFor(length) * Extent.BLOCK_BYTES;
      }
      ranges.add(new Range(new ByteRange(at, length)));
      at += length;
    }
    ranges.add(new Range(ByteRange.from(at)));
  }

  /** What the file's maker gives it for a block size. */
  long tag() {
    return tag;
  }

  Stream opening(RandomGenerator random) {
    return new Stream(ranges.get(random.nextInt(RANGES)));
  }

  /** Nobody has heard of the file by then. */
  void requireNotThereSince(long millis) {
    if (thereSince < millis) {
      world.judge.violated("S1", PATH + " was made and is not there");
    }
  }

  /** Earlier publications of a stream cannot be seen by who asks from now on. */
  private void overBefore(Range range, Held shown) {
    for (Held held : range.history) {
      if (held == shown) {
        return;
      }
      if (held.stream == shown.stream) {
        held.over(world.time.now());
      }
    }
  }

  /** What a reader may be given. */
  Reading.Shadow shadow(String who) {
    return new Reading.Shadow() {
      @Override
      public void read(long since, long asked, long position, int wanted, byte[] got) {
        check(who, since, asked, position, got);
      }

      @Override
      public void lost(long since, long position, LostBytes lost) {
        world.judge.violated("D1", who + " was refused lost bytes of " + PATH);
      }
    };
  }

  /**
   * Checks what a reader was given.
   *
   * @param since when it asked for the file's state at the earliest
   * @param asked when the read began: what had not been written was asked for anew
   * @param got empty at the end
   */
  void check(String who, long since, long asked, long position, byte[] got) {
    for (Range range : ranges) {
      long from = Math.max(position, range.bytes.offset());
      long to = Math.min(position + got.length, range.bytes.end());
      if (got.length == 0 ? position < range.bytes.end() : from < to) {
        check(
            who,
            range,
            since,
            asked,
            from,
            Arrays.copyOfRange(got, at(from, position, got), at(to, position, got)));
      }
    }
  }

  private static int at(long byteOfFile, long position, byte[] got) {
    return (int) Math.max(0, Math.min(got.length, byteOfFile - position));
  }

  private void check(String who, Range range, long since, long asked, long from, byte[] got) {
    long at = from - range.bytes.offset();
    for (Held held : range.history) {
      boolean written = got.length > 0 && at < held.bytes.length;
      if (held.until >= (written ? since : asked) && reads(held, at, got)) {
        overBefore(range, held);
        return;
      }
    }
    world.judge.violated(
        "D1-D3",
        "%s read %d bytes at %d of %s, and the range of %s held no such bytes since %d ms"
            .formatted(who, got.length, from, PATH, range.bytes, since));
  }

  /** Whether a reader may be given this; nothing when the range ends before. */
  private static boolean reads(Held held, long at, byte[] got) {
    if (got.length == 0) {
      return held.bytes.length <= at;
    }
    for (int i = 0; i < got.length; i++) {
      long place = at + i;
      if (got[i] != (place < held.bytes.length ? held.bytes[(int) place] : 0)) {
        return false;
      }
    }
    return true;
  }
}
