package io.leat.hadoop;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** What a {@code leat} URI says about the virtual server. */
final class LeatUri {
  private LeatUri() {}

  /**
   * The URI of the file system that {@code uri} is in: {@code leat://NAME}. Without an authority
   * the name is {@code fs.defaultFS}'s.
   */
  static URI fileSystem(URI uri, Configuration conf) throws IOException {
    return URI.create(LeatKeys.SCHEME + "://" + virtualServer(uri, conf));
  }

  private static String virtualServer(URI uri, Configuration conf) throws IOException {
    String authority = uri.getRawAuthority();
    if (authority == null || authority.isEmpty()) {
      URI defaultFs = FileSystem.getDefaultUri(conf);
      authority =
          LeatKeys.SCHEME.equalsIgnoreCase(defaultFs.getScheme())
              ? defaultFs.getRawAuthority()
              : null;
    }
    if (authority == null || authority.isEmpty()) {
      throw new IOException(
          uri
              + " names no virtual server: write leat://NAME/path, or set fs.defaultFS to leat://NAME");
    }
    return checked(authority, uri);
  }

  private static String checked(String authority, URI uri) throws IOException {
    if (authority.indexOf('@') >= 0) {
      throw new IOException(
          uri
              + " carries user information; Leat works as Hadoop's current user. Write leat://NAME/path");
    }
    int colon = authority.indexOf(':');
    if (colon >= 0) {
      throw new IOException(
          "%s carries a port, but the authority is a virtual server's name: write leat://%s/path and set %s"
              .formatted(uri, authority.substring(0, colon), LeatKeys.MDS_ADDRESSES));
    }
    if (!authority.matches("[A-Za-z0-9.-]+")) {
      throw new IOException(
          "%s: \"%s\" is no virtual server's name; those have letters, digits, '.' and '-'"
              .formatted(uri, authority));
    }
    return authority;
  }
}
