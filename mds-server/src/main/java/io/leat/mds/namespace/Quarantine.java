package io.leat.mds.namespace;

import io.leat.mds.image.Entry;
import io.leat.mds.image.ImageTransaction;
import io.leat.model.BlockRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Streams that are over although a write of theirs may still be on its way, and the blocks that it
 * could reach (D5). A stream is held until there is proof that it is drained; what stays in
 * quarantine for a stream that is not held any more may be freed.
 */
public final class Quarantine {

  /** No session has this number. */
  private static final Passed NOTHING = new Passed(0, 0);

  private final ImageTransaction image;

  Quarantine(ImageTransaction image) {
    this.image = image;
  }

  void hold(long session, long stream, long file) {
    image.put(Keys.held(session, stream), Values.count(file));
  }

  boolean isHeld(long session, long stream) {
    return image.contains(Keys.held(session, stream));
  }

  void drained(long session, long stream) {
    image.delete(Keys.held(session, stream));
  }

  /** Takes at most {@code limit} streams of a session as drained; returns how many there were. */
  int drained(long session, int limit) {
    List<byte[]> held = new ArrayList<>();
    image.scan(
        Keys.heldOf(session),
        null,
        (key, value) -> {
          held.add(key);
          return held.size() < limit;
        });
    held.forEach(image::delete);
    return held.size();
  }

  void add(long session, long stream, BlockRange range) {
    image.put(
        Keys.quarantined(session, stream, range.volume(), range.block()),
        Values.count(range.count()));
  }

  /** Notes that the stream may still write into a block that a file holds. */
  void addTail(long session, long stream, BlockRange block) {
    image.put(Keys.tail(block.volume(), block.block()), Values.stream(session, stream));
  }

  /** Takes a block in for a stream. */
  @FunctionalInterface
  interface Taker {
    void take(long session, long stream, BlockRange range);
  }

  /**
   * Forgets what is noted of blocks that no file holds any more.
   *
   * @param taker is given those whose streams are held
   * @return the same blocks, in their order
   */
  List<BlockRange> takeTails(BlockRange range, Taker taker) {
    List<BlockRange> taken = new ArrayList<>();
    for (Entry tail : tails(range)) {
      image.delete(tail.key());
      long session = Values.sessionOf(tail.value());
      long stream = Values.streamOf(tail.value());
      if (isHeld(session, stream)) {
        BlockRange block = new BlockRange(range.volume(), Keys.number(tail.key(), 1), 1);
        taken.add(block);
        taker.take(session, stream, block);
      }
    }
    return taken;
  }

  private List<Entry> tails(BlockRange range) {
    List<Entry> tails = new ArrayList<>();
    image.scan(
        Keys.tailsOn(range.volume()),
        Keys.tail(range.volume(), range.block()),
        (key, value) -> {
          if (Keys.number(key, 1) >= range.end()) {
            return false;
          }
          tails.add(new Entry(key, value));
          return true;
        });
    return tails;
  }

  /** Streams up to this one have been gone over. */
  public record Passed(long session, long stream) {}

  /**
   * What a step of {@link #release} has taken out.
   *
   * @param passed where the next step goes on; null when this was the last one
   */
  record Released(List<BlockRange> ranges, Passed passed) {}

  /**
   * Takes out ranges of streams that are not held any more, going over all streams in steps.
   *
   * @param after what the step before has passed; null for the first one
   * @param limit streams and ranges in the step
   */
  Released release(Passed after, int limit) {
    List<BlockRange> released = new ArrayList<>();
    Passed passed = after == null ? NOTHING : after;
    for (int looked = 0; looked < limit && released.size() < limit; looked++) {
      byte[] key = first(Keys.quarantinedBehind(passed.session(), passed.stream()));
      if (key == null) {
        return new Released(released, null);
      }
      Passed next = new Passed(Keys.number(key, 0), Keys.number(key, 1));
      boolean all =
          isHeld(next.session(), next.stream())
              || release(next.session(), next.stream(), limit - released.size(), released);
      passed = all ? next : passed;
    }
    return new Released(released, passed);
  }

  private byte[] first(byte[] from) {
    List<byte[]> found = new ArrayList<>(1);
    image.scan(
        Keys.quarantine(),
        from,
        (key, value) -> {
          found.add(key);
          return false;
        });
    return found.isEmpty() ? null : found.get(0);
  }

  /** True when that was all of the stream's. */
  private boolean release(long session, long stream, int limit, List<BlockRange> released) {
    List<byte[]> keys = new ArrayList<>();
    image.scan(
        Keys.quarantinedFor(session, stream),
        null,
        (key, value) -> {
          keys.add(key);
          released.add(
              new BlockRange(
                  Math.toIntExact(Keys.number(key, 2)), Keys.number(key, 3), Values.count(value)));
          return keys.size() < limit;
        });
    keys.forEach(image::delete);
    return keys.size() < limit;
  }
}
