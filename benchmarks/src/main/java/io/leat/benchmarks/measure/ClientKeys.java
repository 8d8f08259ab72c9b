package io.leat.benchmarks.measure;

/** What the command tells a client through its configuration, beside Hadoop's own keys. */
public final class ClientKeys {
  /** Class that the file system must be of: a client might fall back to another one in silence. */
  public static final String FILE_SYSTEM_CLASS = "leat.bench.file-system.class";

  /** File on the class path with more configuration, for TestDFSIO alone; need not be there. */
  public static final String DFSIO_SITE = "dfsio-site.xml";

  private ClientKeys() {}
}
