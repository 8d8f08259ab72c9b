package io.leat.mds.takeover;

/**
 * How long an owner may give no sign of life before another candidate takes over.
 *
 * @param goneMillis without a heartbeat, {@value #GONE_MILLIS_MIN} to {@value #GONE_MILLIS_MAX}
 * @param hungMillis with heartbeats but without progress, {@code goneMillis} to {@value
 *     #HUNG_MILLIS_MAX}
 */
public record Detection(int goneMillis, int hungMillis) {

  /** How often a mailbox is written, and all are read. */
  public static final int BEAT_MILLIS = 100;

  public static final int GONE_MILLIS_MIN = 300;
  public static final int GONE_MILLIS_MAX = 60_000;
  public static final int HUNG_MILLIS_MAX = 600_000;

  public static final Detection DEFAULT = new Detection(1_000, 5_000);

  public Detection {
    if (goneMillis < GONE_MILLIS_MIN || goneMillis > GONE_MILLIS_MAX) {
      throw new IllegalArgumentException(
          "an owner is gone after %d ms without a heartbeat; must be %d to %d ms"
              .formatted(goneMillis, GONE_MILLIS_MIN, GONE_MILLIS_MAX));
    }
    if (hungMillis < goneMillis || hungMillis > HUNG_MILLIS_MAX) {
      throw new IllegalArgumentException(
          "an owner hangs after %d ms without progress; must be %d, after which it is gone, to %d ms"
              .formatted(hungMillis, goneMillis, HUNG_MILLIS_MAX));
    }
  }
}
