package io.leat.mds.image;

/** Takes the entries of a scan one by one. */
@FunctionalInterface
public interface EntryVisitor {

  /**
   * Takes one entry; both arrays belong to the visitor from here on.
   *
   * @return whether to go on
   */
  boolean visit(byte[] key, byte[] value);
}
