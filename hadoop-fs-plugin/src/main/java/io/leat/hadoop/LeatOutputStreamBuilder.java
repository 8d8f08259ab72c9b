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
import org.apache.hadoop.fs.PathIOException;
import org.apache.hadoop.fs.impl.AbstractFSBuilderImpl;

/**
 * What {@code createFile} and {@code appendFile} return. Beside Hadoop's options it knows {@link
 * CreateOptionKeys#RANGE_OFFSET} and {@link CreateOptionKeys#RANGE_LENGTH}: the stream writes these
 * bytes of the file alone, beside other such streams.
 */
final class LeatOutputStreamBuilder
    extends FSDataOutputStreamBuilder<FSDataOutputStream, LeatOutputStreamBuilder> {

  private static final Set<String> KNOWN =
      Set.of(CreateOptionKeys.RANGE_OFFSET, CreateOptionKeys.RANGE_LENGTH);

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
          CreateOptionKeys.RANGE_OFFSET + " is an option of createFile, not of appendFile");
    }
    if (flags.contains(CreateFlag.CREATE) || flags.contains(CreateFlag.OVERWRITE)) {
      return fileSystem.create(
          getPath(),
          getPermission(),
          flags,
          isRecursive(),
          getReplication(),
          getBlockSize(),
          range,
          getProgress());
    }
    if (flags.contains(CreateFlag.APPEND)) {
      return fileSystem.append(getPath(), getBufferSize(), getProgress());
    }
    throw new PathIOException(
        getPath().toString(), "Neither create, nor overwrite, nor append was asked for");
  }

  private Optional<ByteRange> range() {
    boolean bounded = getOptions().get(CreateOptionKeys.RANGE_LENGTH) != null;
    if (getOptions().get(CreateOptionKeys.RANGE_OFFSET) != null) {
      long offset = getOptions().getLong(CreateOptionKeys.RANGE_OFFSET, 0);
      return Optional.of(
          bounded
              ? new ByteRange(offset, getOptions().getLong(CreateOptionKeys.RANGE_LENGTH, 0))
              : ByteRange.from(offset));
    }
    if (bounded) {
      throw new IllegalArgumentException(
          CreateOptionKeys.RANGE_LENGTH + " needs " + CreateOptionKeys.RANGE_OFFSET);
    }
    return Optional.empty();
  }
}
