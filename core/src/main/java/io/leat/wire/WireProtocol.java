package io.leat.wire;

import io.leat.model.VersionRange;
import io.leat.wire.proto.Hello;

/** The numbers of the wire protocol (architecture, section 13; the schema is leat.proto). */
public final class WireProtocol {

  /** The bytes "LEAT" as a big-endian number; every Hello starts with it. */
  public static final int MAGIC = 0x4C454154;

  /** The newest version of the protocol that this code speaks. */
  public static final int PROTOCOL_VERSION = 1;

  /** The oldest version of the protocol that this code speaks. */
  public static final int PROTOCOL_VERSION_MIN = 1;

  /** What this code speaks. */
  public static final VersionRange VERSIONS =
      new VersionRange(PROTOCOL_VERSION_MIN, PROTOCOL_VERSION);

  /** Bytes of the length that precedes each Envelope; it does not count itself. */
  public static final int LENGTH_BYTES = 4;

  /** Largest Envelope in bytes, without its length. */
  public static final int MAX_FRAME_BYTES = 16 << 20;

  /** Largest Envelope in bytes before the handshake is done: strangers get no memory. */
  public static final int MAX_HANDSHAKE_BYTES = 64 << 10;

  /** Messages that may wait for a slow peer on one connection before it is closed. */
  public static final int MAX_OUTBOUND_MESSAGES = 1 << 16;

  /** Bytes of messages that may wait for a slow peer on one connection before it is closed. */
  public static final long MAX_OUTBOUND_BYTES = 64L << 20;

  private WireProtocol() {}

  /**
   * A Hello that speaks {@link #VERSIONS}.
   *
   * @param software name and version of the client's software
   * @param host the client's host, for people
   * @param process the client's process on that host, for people
   */
  public static Hello hello(String software, String host, String process) {
    return Hello.newBuilder()
        .setMagic(MAGIC)
        .setVersionMin(VERSIONS.min())
        .setVersionMax(VERSIONS.max())
        .setSoftware(software)
        .setHost(host)
        .setProcess(process)
        .build();
  }
}
