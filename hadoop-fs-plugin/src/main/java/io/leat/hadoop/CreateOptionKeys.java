package io.leat.hadoop;

/** Options of {@code createFile} beside Hadoop's own; they are read from nowhere else. */
public final class CreateOptionKeys {

  /** The first byte that the stream writes, beside other streams of the file: 0 and more. */
  public static final String RANGE_OFFSET = "fs.leat.create.range.offset";

  /** How many bytes it may write, 1 and more; all that follow when it is not given. */
  public static final String RANGE_LENGTH = "fs.leat.create.range.length";

  private CreateOptionKeys() {}
}
