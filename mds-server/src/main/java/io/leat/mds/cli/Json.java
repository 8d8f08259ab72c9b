package io.leat.mds.cli;

import java.util.List;
import java.util.Map;

/** Writes maps, lists, texts, numbers and truth values as JSON, in the order that they come. */
public final class Json {
  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder();

  private Json() {}

  /** Several lines, indented, without a line end. */
  public static String of(Object value) {
    Json json = new Json();
    json.value(value, "\n");
    return json.out.toString();
  }

  private void value(Object value, String lineEnd) {
    if (value instanceof Map<?, ?> map) {
      map(map, lineEnd);
    } else if (value instanceof List<?> list) {
      list(list, lineEnd);
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else {
      text(value.toString());
    }
  }

  private void map(Map<?, ?> map, String lineEnd) {
    out.append('{');
    String between = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(between).append(lineEnd).append(INDENT);
      text(entry.getKey().toString());
      out.append(": ");
      value(entry.getValue(), lineEnd + INDENT);
      between = ",";
    }
    out.append(map.isEmpty() ? "" : lineEnd).append('}');
  }

  private void list(List<?> list, String lineEnd) {
    out.append('[');
    String between = "";
    for (Object element : list) {
      out.append(between).append(lineEnd).append(INDENT);
      value(element, lineEnd + INDENT);
      between = ",";
    }
    out.append(list.isEmpty() ? "" : lineEnd).append(']');
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> out.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    out.append('"');
  }
}
