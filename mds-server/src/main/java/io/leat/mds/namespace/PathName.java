package io.leat.mds.namespace;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An absolute path, checked.
 *
 * @param text as it came, for messages
 * @param components from the root down; empty for the root
 */
public record PathName(String text, List<String> components) {

  /** Bytes of one component in UTF-8 at most, as HDFS has it. */
  public static final int COMPONENT_BYTES_MAX = 255;

  /** Bytes of a {@code char} in UTF-8 at most. */
  private static final int CHAR_BYTES_MAX = 3;

  /** Characters of a path at most, as HDFS has it. */
  public static final int PATH_CHARS_MAX = 8_000;

  /** Components of a path at most, as HDFS has it. */
  public static final int DEPTH_MAX = 1_000;

  public PathName {
    components = List.copyOf(components);
  }

  /** Splits and checks a path. */
  public static PathName parse(String text) throws LeatException {
    if (!text.startsWith("/") || text.length() > PATH_CHARS_MAX) {
      throw invalid(
          text, "it must start with / and have at most " + PATH_CHARS_MAX + " characters");
    }
    List<String> components = new ArrayList<>();
    int end = 0; // of the component before
    while (end < text.length() && text.length() > 1) {
      int start = end + 1;
      int slash = text.indexOf('/', start);
      end = slash < 0 ? text.length() : slash;
      if (components.size() == DEPTH_MAX) {
        throw invalid(text, "it has more than " + DEPTH_MAX + " components");
      }
      components.add(requireComponent(text, text.substring(start, end)));
    }
    return new PathName(text, components);
  }

  public boolean isRoot() {
    return components.isEmpty();
  }

  /** The last component; empty for the root. */
  public String name() {
    return isRoot() ? "" : components.get(components.size() - 1);
  }

  /** The same path with one component more. */
  public PathName child(String name) throws LeatException {
    return parse((isRoot() ? "" : text) + "/" + name);
  }

  private static String requireComponent(String text, String component) throws LeatException {
    if (component.isEmpty() || component.equals(".") || component.equals("..")) {
      throw invalid(text, "empty, . and .. are no components");
    }
    if (component.indexOf('\0') >= 0) {
      throw invalid(text, "a component has a NUL");
    }
    requireLength(text, component);
    return component;
  }

  /** Fails when a component of a path, or a name that comes from elsewhere, is too long. */
  public static void requireLength(String text, String component) throws LeatException {
    if (component.length() * CHAR_BYTES_MAX > COMPONENT_BYTES_MAX
        && component.getBytes(StandardCharsets.UTF_8).length > COMPONENT_BYTES_MAX) {
      throw invalid(text, "a component has over " + COMPONENT_BYTES_MAX + " bytes");
    }
  }

  private static LeatException invalid(String text, String why) {
    String shown = text.length() <= 200 ? text : text.substring(0, 200) + "...";
    return new LeatException(ErrorCode.INVALID_PATH, "Invalid path " + shown + ": " + why);
  }
}
