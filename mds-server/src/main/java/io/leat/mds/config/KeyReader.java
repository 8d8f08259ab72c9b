package io.leat.mds.config;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.StringUtils.TraditionalBinaryPrefix;

/** Reads single values and checks them against their key. */
final class KeyReader {
  private final Configuration configuration;

  KeyReader(Configuration configuration) {
    this.configuration = configuration;
  }

  /** The value as written; the default where there is none or it is blank. */
  String text(ConfigKey key, String virtualServer) throws ConfigurationException {
    String value = configuration.getTrimmed(key.of(virtualServer), "");
    if (!value.isEmpty()) {
      return value;
    }
    if (key.required()) {
      throw new ConfigurationException(key.of(virtualServer) + " is not set. " + key.description());
    }
    return key.defaultText().replace(ConfigKey.NAME, virtualServer);
  }

  String text(ConfigKey key) throws ConfigurationException {
    return text(key, "");
  }

  boolean isSet(ConfigKey key, String virtualServer) {
    return !configuration.getTrimmed(key.of(virtualServer), "").isEmpty();
  }

  List<String> names(ConfigKey key) throws ConfigurationException {
    String names = text(key);
    return names.isEmpty() ? List.of() : List.of(names.split("\\s*,\\s*"));
  }

  /** A count, bytes or milliseconds, within the key's range. */
  long number(ConfigKey key, String virtualServer) throws ConfigurationException {
    String value = text(key, virtualServer);
    long number;
    try {
      number = parse(key, value);
    } catch (IllegalArgumentException e) {
      throw bad(key, virtualServer, value, e);
    }
    if (number < key.min() || number > key.max()) {
      throw bad(key, virtualServer, value, null);
    }
    return number;
  }

  int smallNumber(ConfigKey key) throws ConfigurationException {
    return Math.toIntExact(number(key, ""));
  }

  boolean flag(ConfigKey key, String virtualServer) throws ConfigurationException {
    String value = text(key, virtualServer);
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(key, virtualServer, value, null);
    };
  }

  private static long parse(ConfigKey key, String value) {
    return switch (key.type()) {
      case BYTES -> TraditionalBinaryPrefix.string2long(value);
      case DURATION ->
          new Configuration(false)
              .getTimeDurationHelper(key.template(), value, TimeUnit.MILLISECONDS);
      case COUNT -> Long.parseLong(value);
      case TEXT, NAMES, PATH, FLAG ->
          throw new IllegalStateException(key.template() + " is not a number");
    };
  }

  private static ConfigurationException bad(
      ConfigKey key, String virtualServer, String value, Exception cause) {
    return new ConfigurationException(
        "%s is '%s', must be %s".formatted(key.of(virtualServer), value, key.range()), cause);
  }
}
