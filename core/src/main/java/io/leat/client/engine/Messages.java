package io.leat.client.engine;

import io.leat.client.engine.RememberedPath.Answer;
import io.leat.model.BlockRange;
import io.leat.model.ByteRange;
import io.leat.model.FileAttributes;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.FileStatus;
import io.leat.wire.proto.FileType;
import io.leat.wire.proto.Found;
import io.leat.wire.proto.Held;
import java.util.ArrayList;
import java.util.List;

/** Between messages and values. */
public final class Messages {

  private Messages() {}

  public static FileAttributes attributes(FileStatus status) {
    return new FileAttributes(
        status.getFileId(),
        status.getType() == FileType.DIRECTORY,
        status.getSize(),
        status.getMode(),
        status.getOwner(),
        status.getGroup(),
        status.getModifiedMillis(),
        status.getAccessedMillis(),
        status.getVersion(),
        status.getBlockSize(),
        status.getReplication(),
        status.getUnderConstruction());
  }

  /** What a lookup has found. */
  static Answer answer(Found found) {
    return new Answer(
        attributes(found.getPath(found.getPathCount() - 1).getStatus()),
        found.hasAbsent() ? found.getAbsent() : null,
        found.hasListing() ? found.getListing() : null,
        found.getEntriesCount());
  }

  /** Whether it came with the tokens to remember it by. */
  static boolean mayBeRemembered(Found found) {
    return found.getPathCount() > 0 && found.getPath(found.getPathCount() - 1).getTokens() != 0;
  }

  static Claim claim(Held held) {
    return Claim.newBuilder()
        .setFileId(held.getStatus().getFileId())
        .setTokens(held.getTokens())
        .setGrant(held.getGrant())
        .build();
  }

  static io.leat.wire.proto.ByteRange range(ByteRange range) {
    return io.leat.wire.proto.ByteRange.newBuilder()
        .setOffset(range.offset())
        .setLength(range.length())
        .build();
  }

  public static List<BlockRange> ranges(List<io.leat.wire.proto.BlockRange> sent) {
    List<BlockRange> ranges = new ArrayList<>(sent.size());
    for (io.leat.wire.proto.BlockRange range : sent) {
      ranges.add(new BlockRange(range.getVolume(), range.getBlock(), range.getCount()));
    }
    return ranges;
  }
}
