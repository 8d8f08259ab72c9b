package io.leat.wire;

import io.leat.model.ChecksumKind;
import io.leat.model.Extent;
import java.util.ArrayList;
import java.util.List;

/** Extents as values and as messages. */
public final class ExtentMessages {

  private ExtentMessages() {}

  public static io.leat.wire.proto.Extent message(Extent extent) {
    return io.leat.wire.proto.Extent.newBuilder()
        .setFileOffset(extent.fileOffset())
        .setVolume(extent.volume())
        .setBlock(extent.block())
        .setLength(extent.length())
        .setUnwritten(extent.unwritten())
        .setChecksumKind(extent.checksumKind().number())
        .setChecksum(extent.checksum())
        .setInline(extent.bytes())
        .build();
  }

  /**
   * The extent that was sent.
   *
   * @throws IllegalArgumentException when there can be no such extent
   * @throws ArithmeticException likewise
   */
  public static Extent extent(io.leat.wire.proto.Extent sent) {
    return new Extent(
        sent.getFileOffset(),
        sent.getVolume(),
        sent.getBlock(),
        sent.getLength(),
        sent.getUnwritten(),
        ChecksumKind.of(sent.getChecksumKind()),
        sent.getChecksum(),
        sent.getInline());
  }

  /** As {@link #extent}, of several. */
  public static List<Extent> extents(List<io.leat.wire.proto.Extent> sent) {
    List<Extent> extents = new ArrayList<>(sent.size());
    for (io.leat.wire.proto.Extent extent : sent) {
      extents.add(extent(extent));
    }
    return extents;
  }
}
