package io.leat.mds.journal;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * What a metadata server (MDS) says of itself and of one virtual server to the other candidates, as
 * it stands in the mailbox of its lane.
 *
 * <table>
 * <caption>Layout, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATMBX\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>lane</td></tr>
 * <tr><td>16</td><td>8</td><td>incarnation</td></tr>
 * <tr><td>24</td><td>8</td><td>heartbeat</td></tr>
 * <tr><td>32</td><td>8</td><td>progress</td></tr>
 * <tr><td>40</td><td>8</td><td>epoch</td></tr>
 * <tr><td>48</td><td>4</td><td>{@link State#code}</td></tr>
 * <tr><td>52</td><td>4</td><td>length of the name, bytes</td></tr>
 * <tr><td>56</td><td>256</td><td>the name in UTF-8, padded with zeros</td></tr>
 * <tr><td>312</td><td>8</td><td>batch</td></tr>
 * <tr><td>320</td><td></td><td>zeros</td></tr>
 * <tr><td>508</td><td>4</td><td>CRC32C of the area's UUID and all before</td></tr>
 * <tr><td>512</td><td></td><td>zeros, not looked at</td></tr>
 * </table>
 *
 * @param mds its name, 1 to {@value LaneSector#NAME_BYTES_MAX} bytes in UTF-8
 * @param incarnation another number is another process
 * @param heartbeat 1 or more; grows with each mail of the lane, whoever writes it
 * @param progress grows while the virtual server runs
 * @param epoch that is served, 0 for none
 * @param batch of the journal, up to which it has the state of the virtual server: durable, if it
 *     is the owner; 0 for not known
 */
public record Mailbox(
    String mds,
    long incarnation,
    long heartbeat,
    long progress,
    State state,
    long epoch,
    long batch) {

  /** How a candidate stands to its virtual server. */
  public enum State {
    /** It could take over. */
    STANDBY(1),
    /** It is about to own it: has claimed, or is going to, and brings the image up. */
    TAKING(2),
    /** It owns it, as far as it knows, and answers. */
    SERVING(3),
    /** Its term, or an attempt at one, has ended with an error; it tries again after the others. */
    FAILED(4),
    /** It has stopped serving in order, and its process is about to end. */
    STOPPED(5);

    private final int code;

    State(int code) {
      this.code = code;
    }

    private static Optional<State> of(int code) {
      for (State state : values()) {
        if (state.code == code) {
          return Optional.of(state);
        }
      }
      return Optional.empty();
    }
  }

  private static final long MAGIC = 0x4C4541544D42580AL;
  private static final int STATE_AT = 48;
  private static final int NAME_AT = 52;
  private static final int BATCH_AT = NAME_AT + Integer.BYTES + LaneSector.NAME_BYTES_MAX;

  public Mailbox {
    Objects.requireNonNull(state);
    if (!LaneSector.isName(mds) || heartbeat < 1 || progress < 0 || epoch < 0 || batch < 0) {
      throw new IllegalArgumentException(
          "mail of '%s': heartbeat %d, progress %d, epoch %d, batch %d"
              .formatted(mds, heartbeat, progress, epoch, batch));
    }
  }

  /** Writes it at byte 0 of {@code block}. */
  void encode(int lane, ByteBuffer block, AreaChecksum checksum) {
    LaneSector.begin(block, MAGIC, lane);
    block.putLong(16, incarnation).putLong(24, heartbeat).putLong(32, progress).putLong(40, epoch);
    block.putInt(STATE_AT, state.code);
    LaneSector.putName(block, NAME_AT, mds);
    block.putLong(BATCH_AT, batch);
    LaneSector.end(block, checksum);
  }

  /** What stands at {@code at}; empty for a block that was never written or cannot be read. */
  static Optional<Mailbox> decode(ByteBuffer blocks, int at, int lane, AreaChecksum checksum) {
    boolean intact = LaneSector.isIntact(blocks, at, MAGIC, lane, checksum);
    Optional<State> state = intact ? State.of(blocks.getInt(at + STATE_AT)) : Optional.empty();
    return state.map(known -> decode(blocks, at, known));
  }

  private static Mailbox decode(ByteBuffer blocks, int at, State state) {
    return new Mailbox(
        LaneSector.name(blocks, at + NAME_AT),
        blocks.getLong(at + 16),
        blocks.getLong(at + 24),
        blocks.getLong(at + 32),
        state,
        blocks.getLong(at + 40),
        blocks.getLong(at + BATCH_AT));
  }
}
