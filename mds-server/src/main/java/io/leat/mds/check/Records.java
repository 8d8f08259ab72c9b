package io.leat.mds.check;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Values;
import io.leat.mds.namespace.proto.BootRecord;
import io.leat.mds.namespace.proto.CountersRecord;
import io.leat.mds.namespace.proto.DelegatedRange;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.PoolRecord;
import io.leat.mds.namespace.proto.RangeRecord;
import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.mds.namespace.proto.VolumeRecord;
import io.leat.model.ByteRange;
import io.leat.model.Extent;
import io.leat.wire.proto.Reply;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Parses records of the image without trusting a byte of them. */
final class Records {

  /** The mark of how far this host's image has come; no part of the virtual server's state. */
  private static final byte[] APPLIED = {'A'};

  private static final int KEY_SHOWN_BYTES = 40;

  /** Where an extent's value says that it is unwritten: behind volume, block and length. */
  private static final int UNWRITTEN_AT = 4 + 8 + 8;

  private Records() {}

  /** An extent as it stands, its checksum kind not looked up. */
  record RawExtent(long file, long offset, int volume, long block, long length, byte checksumKind) {

    boolean onVolume() {
      return volume != Extent.NO_VOLUME;
    }

    long end() {
      return offset + length;
    }

    long blockEnd() {
      return block + Extent.blocksFor(length);
    }
  }

  /** What is wrong with a record by itself; empty when it can be read. */
  static Optional<String> fault(byte[] key, byte[] value) {
    return Optional.ofNullable(
        switch (key[0]) {
          case 'D' -> inodeFault(key, value);
          case 'B' -> shape(key, 1, value.length >= Long.BYTES, value);
          case 'E' -> shape(key, 2, extent(key, value).isPresent(), value);
          case 'X' -> key.length > 9 ? null : "the key has " + key.length + " bytes";
          case 'W' -> shape(key, 1, 2, lease(key, value).isPresent(), value);
          case 'L' -> shape(key, 2, 3, value.length == 0, value);
          case 'S' -> shape(key, 1, parse(SessionRecord.parser(), value).isPresent(), value);
          case 'R' -> shape(key, 2, reply(value), value);
          case 'F' -> shape(key, 2, isRange(key, 0, value), value);
          case 'G' -> shape(key, 3, isRange(key), value);
          case 'P' -> shape(key, 3, isRange(key, 1, value), value);
          case 'U' -> shape(key, 1, pool(value).isPresent(), value);
          case 'T' -> shape(key, 2, value.length == 2 * Long.BYTES, value);
          case 'K' -> shape(key, 2, value.length == Long.BYTES, value);
          case 'Q' -> shape(key, 4, isRange(key, 2, value), value);
          case 'V' -> shape(key, 1, volume(key, value).isPresent(), value);
          case 'H' -> shape(key, 1, boot(key, value).isPresent(), value);
          case 'C' -> shape(key, 0, parse(CountersRecord.parser(), value).isPresent(), value);
          default -> null;
        });
  }

  /** Whether this version knows the table that the key belongs to. */
  static boolean isKnown(byte[] key) {
    return "DBEXWLSURFGPKQTVHC".indexOf(key[0]) >= 0 || Arrays.equals(key, APPLIED);
  }

  private static String inodeFault(byte[] key, byte[] value) {
    if (key.length < 1 + Long.BYTES) {
      return "the key has " + key.length + " bytes";
    }
    return inode(value).isPresent()
        ? null
        : "the value of %d bytes is no inode".formatted(value.length);
  }

  /** Of a table whose keys come in two lengths. */
  private static String shape(byte[] key, int few, int many, boolean readable, byte[] value) {
    return shape(key, key.length > 1 + few * Long.BYTES ? many : few, readable, value);
  }

  private static String shape(byte[] key, int numbers, boolean valueReadable, byte[] value) {
    if (key.length != 1 + numbers * Long.BYTES) {
      return "the key has %d bytes instead of %d".formatted(key.length, 1 + numbers * Long.BYTES);
    }
    return valueReadable
        ? null
        : "the value of %d bytes cannot be parsed, or holds impossible numbers"
            .formatted(value.length);
  }

  static Optional<InodeRecord> inode(byte[] value) {
    return parse(InodeRecord.parser(), value)
        .filter(inode -> inode.getFileId() > 0 && inode.getSize() >= 0);
  }

  /** The write lease of a file or, where the key names where it begins, of a range of one. */
  static Optional<LeaseRecord> lease(byte[] key, byte[] value) {
    return parse(LeaseRecord.parser(), value)
        .filter(lease -> lease.getDelegatedList().stream().allMatch(Records::isRange))
        .filter(
            lease ->
                lease.hasRange()
                    ? key.length == 17 && isRange(lease.getRange(), Keys.number(key, 1))
                    : key.length == 9);
  }

  private static boolean isRange(RangeRecord range, long offset) {
    return range.getOffset() == offset
        && ByteRange.exists(offset, range.getLength())
        && range.getCommittedEnd() >= offset
        && range.getCommittedEnd() <= offset + range.getLength();
  }

  static Optional<PoolRecord> pool(byte[] value) {
    return parse(PoolRecord.parser(), value)
        .filter(pool -> pool.getDelegatedList().stream().allMatch(Records::isRange));
  }

  static Optional<VolumeRecord> volume(byte[] key, byte[] value) {
    return parse(VolumeRecord.parser(), value)
        .filter(
            volume ->
                key.length == 9
                    && volume.getId() >= 0
                    && volume.getId() == Keys.number(key, 0)
                    && volume.getBlocks() > 0);
  }

  private static Optional<BootRecord> boot(byte[] key, byte[] value) {
    return parse(BootRecord.parser(), value)
        .filter(boot -> key.length == 9 && boot.getNumber() == Keys.number(key, 0))
        .filter(boot -> boot.getSynced() <= boot.getCommits());
  }

  static Optional<RawExtent> extent(byte[] key, byte[] value) {
    if (key.length != 17 || value.length < Values.EXTENT_BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    RawExtent raw =
        new RawExtent(
            Keys.number(key, 0),
            Keys.number(key, 1),
            in.getInt(),
            in.getLong(),
            in.getLong(),
            in.get(in.position() + 1));
    boolean sane =
        raw.file() > 0
            && raw.offset() >= 0
            && raw.volume() >= 0
            && raw.length() > 0
            && raw.length() <= Long.MAX_VALUE - raw.offset()
            && isRange(raw.block(), Extent.blocksFor(raw.length()))
            && (raw.onVolume()
                ? value.length == Values.EXTENT_BYTES
                : raw.block() == 0 && isHoleOrInline(raw, value));
    return sane ? Optional.of(raw) : Optional.empty();
  }

  /** An inline extent has as many bytes behind it as it is long, a hole has none. */
  private static boolean isHoleOrInline(RawExtent raw, byte[] value) {
    int bytes = value.length - Values.EXTENT_BYTES;
    boolean hole = value[UNWRITTEN_AT] != 0;
    return hole ? bytes == 0 : raw.length() == bytes && bytes <= Extent.INLINE_BYTES_MAX;
  }

  private static boolean isRange(DelegatedRange range) {
    return range.getVolume() >= 0 && isRange(range.getBlock(), range.getCount());
  }

  /** In F, P and Q: volume and block at the key's end, the count is the value. */
  private static boolean isRange(byte[] key, int volumeIndex, byte[] value) {
    return key.length == 1 + (volumeIndex + 2) * Long.BYTES
        && value.length == Long.BYTES
        && isVolume(Keys.number(key, volumeIndex))
        && isRange(Keys.number(key, volumeIndex + 1), Values.count(value));
  }

  /** In G: volume, count, block. */
  private static boolean isRange(byte[] key) {
    return key.length == 25
        && isVolume(Keys.number(key, 0))
        && isRange(Keys.number(key, 2), Keys.number(key, 1));
  }

  private static boolean isVolume(long volume) {
    return volume >= 0 && volume <= Integer.MAX_VALUE;
  }

  private static boolean isRange(long block, long count) {
    long blocksMax = Long.MAX_VALUE / Extent.BLOCK_BYTES;
    return block >= 0 && count > 0 && block <= blocksMax && count <= blocksMax - block;
  }

  private static boolean reply(byte[] value) {
    return value.length >= Long.BYTES
        && parse(Reply.parser(), Arrays.copyOfRange(value, Long.BYTES, value.length)).isPresent();
  }

  static <T> Optional<T> parse(Parser<T> parser, byte[] value) {
    try {
      return Optional.of(parser.parseFrom(value));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty(); // that it cannot be parsed is the answer; the check reports it
    }
  }

  /** A key for a person: its letter and the rest in hexadecimal. */
  static String describe(byte[] key) {
    int shown = Math.min(key.length, KEY_SHOWN_BYTES);
    return "record "
        + (char) key[0]
        + " "
        + HexFormat.of().formatHex(key, 1, shown)
        + (shown < key.length ? "..." : "");
  }
}
