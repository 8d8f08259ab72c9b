package io.leat.hadoop;

import io.leat.model.ByteRange;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.impl.AbstractFSBuilderImpl;

/**
 * What {@code createFile} and {@code appendFile} return. Beside Hadoop's options it knows {@link
 * LeatKeys#CREATE_RANGE_OFFSET} and {@link LeatKeys#CREATE_RANGE_LENGTH}: the stream writes these
 * bytes of the file alone, beside other such streams.
 */
final class LeatOutputStreamBuilder
    extends FSDataOutputStreamBuilder<FSDataOutputStream, LeatOutputStreamBuilder> {

  private static final Set<String> KNOWN =
      Set.of(LeatKeys.CREATE_RANGE_OFFSET, LeatKeys.CREATE_RANGE_LENGTH);

  private final LeatFileSystem fileSystem;

  LeatOutputStreamBuilder(LeatFileSystem fileSystem, Path path) {
    super(fileSystem, path);
    this.fileSystem = fileSystem;
  }

  @Override
  public LeatOutputStreamBuilder getThisBuilder() {
    return this;
  }

  @Override
  public FSDataOutputStream build() throws IOException {
    AbstractFSBuilderImpl.rejectUnknownMandatoryKeys(getMandatoryKeys(), KNOWN, "for " + getPath());
    Optional<ByteRange> range = range();
    EnumSet<CreateFlag> flags = getFlags();
    if (flags.contains(CreateFlag.APPEND) && range.isPresent()) {
      throw new IllegalArgumentException(
          LeatKeys.CREATE_RANGE_OFFSET + " is an option of createFile, not of appendFile");
    }
    return flags.contains(CreateFlag.APPEND)
        ? fileSystem.append(getPath(), getBufferSize(), getProgress())
        : fileSystem.create(
            getPath(),
            getPermission(),
            flags,
            isRecursive(),
            getReplication(),
            getBlockSize(),
            range,
            getProgress());
  }

  private Optional<ByteRange> range() {
    long offset = getOptions().getLong(LeatKeys.CREATE_RANGE_OFFSET, -1);
    long length = getOptions().getLong(LeatKeys.CREATE_RANGE_LENGTH, -1);
    if (getOptions().get(LeatKeys.CREATE_RANGE_OFFSET) == null) {
      if (getOptions().get(LeatKeys.CREATE_RANGE_LENGTH) != null) {
        throw new IllegalArgumentException(
            LeatKeys.CREATE_RANGE_LENGTH + " needs " + LeatKeys.CREATE_RANGE_OFFSET);
      }
      return Optional.empty();
    }
    return Optional.of(
        getOptions().get(LeatKeys.CREATE_RANGE_LENGTH) == null
            ? ByteRange.from(offset)
            : new ByteRange(offset, length));
  }
}
