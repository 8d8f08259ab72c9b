package io.leat.mds.journal;

import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * A process that uses a lane of an area that hosts share. The lane is that of its home: of a
 * directory on a disk of its host, which it has locked. So a process that begins under the same
 * home knows that the one before has ended, and that none of its calls is on the way any more from
 * this host; and one of the same name on another host is somebody else.
 *
 * @param mds name of its metadata server, 1 to 256 bytes in UTF-8
 * @param home another directory, or one that was made again, is another home
 * @param incarnation that no other process has had
 * @param clock monotonic milliseconds; any thread
 */
public record LaneHolder(String mds, UUID home, long incarnation, LongSupplier clock) {

  public LaneHolder {
    Objects.requireNonNull(mds);
    Objects.requireNonNull(home);
    Objects.requireNonNull(clock);
  }

  /** By which the name service tells it from others. */
  public String name() {
    return name(mds, home);
  }

  static String name(String mds, UUID home) {
    return mds + "@" + home;
  }
}
