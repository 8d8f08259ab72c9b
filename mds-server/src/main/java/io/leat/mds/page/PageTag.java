package io.leat.mds.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The number that a virtual server's pages bear. */
public final class PageTag {

  private PageTag() {}

  /**
   * The tag of the virtual server with this name. Names are what virtual servers have throughout a
   * cell; a number of equal length for each of them fits a header better.
   */
  public static long of(String virtualServer) {
    try {
      byte[] name = virtualServer.getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(name)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
