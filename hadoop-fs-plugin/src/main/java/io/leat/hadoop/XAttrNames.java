package io.leat.hadoop;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.HadoopIllegalArgumentException;
import org.apache.hadoop.security.AccessControlException;

/**
 * The names that extended attributes may have, as in HDFS: {@code user.} and {@code trusted.} (the
 * server asks for the superuser), while {@code system.} and {@code security.} belong to the file
 * system and {@code raw.} to encryption.
 */
final class XAttrNames {
  private static final List<String> OPEN = List.of("user.", "trusted.");
  private static final List<String> RESERVED = List.of("system.", "security.", "raw.");

  private XAttrNames() {}

  /**
   * The name with its namespace in lower case.
   *
   * @throws HadoopIllegalArgumentException no such namespace, or nothing after it
   * @throws AccessControlException the namespace is the file system's own
   */
  static String checked(String name) throws IOException {
    if (name == null || name.isEmpty()) {
      throw new HadoopIllegalArgumentException("XAttr name cannot be null or empty.");
    }
    for (String namespace : OPEN) {
      if (isIn(name, namespace)) {
        return namespace + localPart(name, namespace);
      }
    }
    for (String namespace : RESERVED) {
      if (isIn(name, namespace)) {
        throw new AccessControlException("User doesn't have permission for xattr: " + name);
      }
    }
    throw new HadoopIllegalArgumentException(
        "An XAttr name must be prefixed with user/trusted/security/system/raw, followed by a '.': "
            + name);
  }

  private static boolean isIn(String name, String namespace) {
    return name.toLowerCase(Locale.ROOT).startsWith(namespace);
  }

  private static String localPart(String name, String namespace) {
    String local = name.substring(namespace.length());
    if (local.isEmpty()) {
      throw new HadoopIllegalArgumentException("XAttr name cannot be empty: " + name);
    }
    return local;
  }
}
