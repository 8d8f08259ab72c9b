package io.leat.coordination.zk;

import io.leat.coordination.CoordinationException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a node: lines of {@code key=value} in UTF-8, the first of them {@code format=1}.
 * Keys that are not known are ignored, so that later versions may add some; a change that older
 * versions must not overlook takes a new format number.
 */
final class TextRecord {

  /** Largest content of a node, in bytes; every valid value fits. */
  static final int MAX_BYTES = 16 * 1024;

  private static final String FORMAT = "format";
  private static final String FORMAT_1 = "1";
  private static final String LIST_SEPARATOR = ",";

  private final String path;
  private final Map<String, String> values = new LinkedHashMap<>();

  /** A record to be filled with {@link #put}; {@code path} is where it will stand. */
  TextRecord(String path) {
    this.path = path;
    values.put(FORMAT, FORMAT_1);
  }

  /** Reads what stands at {@code path}. */
  static TextRecord decode(String path, byte[] content) throws CoordinationException {
    TextRecord record = new TextRecord(path);
    record.values.clear();
    if (content.length > MAX_BYTES) {
      throw record.damaged(content.length + " bytes, at most " + MAX_BYTES + " are allowed", null);
    }
    for (String line : record.text(content).split("\n", -1)) {
      record.parse(line);
    }
    String format = record.get(FORMAT);
    if (!format.equals(FORMAT_1)) {
      throw record.damaged("format " + format + ", this version reads format " + FORMAT_1, null);
    }
    return record;
  }

  /** The bytes to store. */
  byte[] encode() {
    StringBuilder text = new StringBuilder();
    values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    if (content.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "record of " + path + " takes " + content.length + " bytes, at most " + MAX_BYTES);
    }
    return content;
  }

  TextRecord put(String key, Object value) {
    values.put(key, value.toString());
    return this;
  }

  /** Values must be without commas. */
  TextRecord putList(String key, List<String> list) {
    return put(key, String.join(LIST_SEPARATOR, list));
  }

  String get(String key) throws CoordinationException {
    String value = values.get(key);
    if (value == null) {
      throw damaged("no line '" + key + "='", null);
    }
    return value;
  }

  /** For lines that older records do not have. */
  String getOr(String key, Object absent) {
    return values.getOrDefault(key, absent.toString());
  }

  long getLong(String key) throws CoordinationException {
    try {
      return Long.parseLong(get(key));
    } catch (NumberFormatException e) {
      throw damaged("'" + key + "=" + get(key) + "' is not a number", e);
    }
  }

  int getInt(String key) throws CoordinationException {
    long value = getLong(key);
    if (value != (int) value) {
      throw damaged("'" + key + "=" + value + "' is out of range", null);
    }
    return (int) value;
  }

  List<String> getList(String key) throws CoordinationException {
    String list = get(key);
    return list.isEmpty() ? List.of() : List.of(list.split(LIST_SEPARATOR, -1));
  }

  /** The error for content that cannot be understood. */
  CoordinationException damaged(String why, Throwable cause) {
    return new CoordinationException(
        "Cannot read "
            + path
            + " in ZooKeeper: "
            + why
            + ". Correct it with zkCli, or upgrade if a newer version wrote it.",
        cause);
  }

  private String text(byte[] content) throws CoordinationException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw damaged("not UTF-8", e);
    }
  }

  private void parse(String line) throws CoordinationException {
    if (line.isBlank()) {
      return;
    }
    int equals = line.indexOf('=');
    if (equals <= 0) {
      throw damaged("line '" + line + "' is not key=value", null);
    }
    String key = line.substring(0, equals).strip();
    if (values.putIfAbsent(key, line.substring(equals + 1).strip()) != null) {
      throw damaged("line '" + key + "=' stands twice", null);
    }
  }
}
