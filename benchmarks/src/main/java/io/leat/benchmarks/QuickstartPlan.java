package io.leat.benchmarks;

/**
 * How much the quickstart moves.
 *
 * @param rows of TeraGen, 100 bytes each
 * @param files of TestDFSIO
 * @param megabytes of each of them, in MiB
 */
record QuickstartPlan(long rows, int files, int megabytes) {
  static final int ROW_BYTES = 100;

  /** Done in a minute or two. */
  static final QuickstartPlan SMALL = new QuickstartPlan(1_000_000, 4, 64);

  /** 1 GB to sort, 1 GiB to write and read. */
  static final QuickstartPlan FULL = new QuickstartPlan(10_000_000, 4, 256);

  QuickstartPlan {
    if (rows < 1 || files < 1 || megabytes < 1) {
      throw new IllegalArgumentException("nothing to do in " + rows + ", " + files);
    }
  }

  long sortBytes() {
    return rows * ROW_BYTES;
  }

  long fileBytes() {
    return ((long) files * megabytes) << 20;
  }
}
