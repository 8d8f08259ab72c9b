package io.leat.mds.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Whose a lane is, as it stands on a device that hosts share.
 *
 * <table>
 * <caption>Layout, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATLAN\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>lane</td></tr>
 * <tr><td>16</td><td>8</td><td>incarnation</td></tr>
 * <tr><td>24</td><td>4</td><td>{@link State#code}</td></tr>
 * <tr><td>28</td><td>4</td><td>length of the name, bytes</td></tr>
 * <tr><td>32</td><td>256</td><td>the name in UTF-8, padded with zeros</td></tr>
 * <tr><td>288</td><td>16</td><td>home, a UUID</td></tr>
 * <tr><td>304</td><td></td><td>zeros</td></tr>
 * <tr><td>508</td><td>4</td><td>CRC32C of the area's UUID and all before</td></tr>
 * <tr><td>512</td><td></td><td>zeros, not looked at</td></tr>
 * </table>
 *
 * All that counts is in one sector, which devices write whole or not at all.
 *
 * @param mds name of the metadata server, 1 to {@value LaneSector#NAME_BYTES_MAX} bytes in UTF-8
 * @param home whose the lane is
 * @param incarnation of its process
 */
record LaneRecord(String mds, UUID home, long incarnation, State state) {

  /** How its process stands to the lane. */
  enum State {
    /** It writes it, or did when it died. */
    USED(1),
    /** It has given it up in order: nothing that it has written is still under way. */
    CLEAN(2),
    /**
     * Its home is gone, as a person has said: another one may take the lane. What its process has
     * written may be under way.
     */
    FREE(3);

    private final int code;

    State(int code) {
      this.code = code;
    }
  }

  private static final long MAGIC = 0x4C4541544C414E0AL;
  private static final int STATE_AT = 24;
  private static final int NAME_AT = 28;
  private static final int HOME_AT = NAME_AT + Integer.BYTES + LaneSector.NAME_BYTES_MAX;

  LaneRecord {
    Objects.requireNonNull(home);
    Objects.requireNonNull(state);
    if (!LaneSector.isName(mds)) {
      throw new IllegalArgumentException("a lane of '" + mds + "'");
    }
  }

  boolean isFree() {
    return state == State.FREE;
  }

  /** The same, and nobody's. */
  LaneRecord freed() {
    return new LaneRecord(mds, home, incarnation, State.FREE);
  }

  /** Writes it at byte 0 of {@code block}. */
  void encode(int lane, ByteBuffer block, AreaChecksum checksum) {
    LaneSector.begin(block, MAGIC, lane);
    block.putLong(16, incarnation).putInt(STATE_AT, state.code);
    LaneSector.putName(block, NAME_AT, mds);
    block.putLong(HOME_AT, home.getMostSignificantBits());
    block.putLong(HOME_AT + Long.BYTES, home.getLeastSignificantBits());
    LaneSector.end(block, checksum);
  }

  /** What stands at {@code at}; empty for what is blank or cannot be read. */
  static Optional<LaneRecord> decode(ByteBuffer blocks, int at, int lane, AreaChecksum checksum) {
    if (!LaneSector.isIntact(blocks, at, MAGIC, lane, checksum)) {
      return Optional.empty();
    }
    int code = blocks.getInt(at + STATE_AT);
    State state =
        Arrays.stream(State.values())
            .filter(one -> one.code == code)
            .findFirst()
            .orElse(State.USED);
    UUID home = new UUID(blocks.getLong(at + HOME_AT), blocks.getLong(at + HOME_AT + Long.BYTES));
    return Optional.of(
        new LaneRecord(
            LaneSector.name(blocks, at + NAME_AT), home, blocks.getLong(at + 16), state));
  }
}
