package io.leat.volume;

/**
 * How a device is opened.
 *
 * @param direct bypass the kernel's page cache (O_DIRECT); asks for aligned offsets, lengths and
 *     addresses
 * @param readOnly refuse writes
 * @param writeThrough a write is durable when it returns (O_DSYNC); {@link Device#flush()} then has
 *     nothing to do
 */
public record Access(boolean direct, boolean readOnly, boolean writeThrough) {

  /** Read and write through the page cache. */
  public static final Access BUFFERED = new Access(false, false, false);

  /** Read and write past the page cache. */
  public static final Access DIRECT = new Access(true, false, false);

  public Access {
    if (readOnly && writeThrough) {
      throw new IllegalArgumentException("read-only access cannot write through");
    }
  }

  /** The same, but without writes. */
  public Access asReadOnly() {
    return new Access(direct, true, false);
  }

  /** The same, but every write is durable when it returns. */
  public Access asWriteThrough() {
    return new Access(direct, readOnly, true);
  }
}
