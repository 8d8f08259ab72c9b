package io.leat.coordination;

import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** What names and texts in coordination records must look like. */
final class Values {

  static final int MAX_TEXT_CHARS = 1024;
  static final int MAX_PORT = 65_535;

  private static final Pattern MEMBER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern VIRTUAL_SERVER =
      Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/=+-]{0,63}");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9_.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]");
  private static final IntPredicate UNPRINTABLE = Character::isISOControl;

  private Values() {}

  static String member(String name) {
    return matching(MEMBER, name, "member name", "1 to 63 letters, digits, '.', '_' or '-'");
  }

  static String virtualServer(String name) {
    return matching(
        VIRTUAL_SERVER,
        name,
        "virtual server name",
        "1 to 63 lower-case letters, digits or '-', with no '-' at either end");
  }

  static String tag(String what, String value) {
    return matching(TAG, value, what, "1 to 64 letters, digits or characters of ._:/=+-");
  }

  static String host(String host) {
    return matching(HOST, host, "host", "a host name, an IPv4 address or an IPv6 address in []");
  }

  static int port(int port) {
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is not in 1.." + MAX_PORT);
    }
    return port;
  }

  static String address(String address) {
    Objects.requireNonNull(address, "address");
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("address '" + address + "' must be host:port");
    }
    host(address.substring(0, colon));
    port(portIn(address, colon));
    return address;
  }

  private static int portIn(String address, int colon) {
    try {
      return Integer.parseInt(address.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("address '" + address + "' must be host:port", e);
    }
  }

  static String text(String what, String value) {
    Objects.requireNonNull(value, what);
    if (value.isEmpty()
        || value.length() > MAX_TEXT_CHARS
        || !value.equals(value.strip())
        || value.chars().anyMatch(UNPRINTABLE)) {
      throw new IllegalArgumentException(
          what
              + " '"
              + value
              + "' must be 1 to "
              + MAX_TEXT_CHARS
              + " printable characters without surrounding blanks");
    }
    return value;
  }

  static long atLeast(String what, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(what + " " + value + " must be at least " + least);
    }
    return value;
  }

  static void atMost(String what, int count, int most) {
    if (count > most) {
      throw new IllegalArgumentException(
          count + " " + what + ", at most " + most + " may be given");
    }
  }

  private static String matching(Pattern pattern, String value, String what, String rule) {
    Objects.requireNonNull(value, what);
    if (!pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(what + " '" + value + "' must be " + rule);
    }
    return value;
  }
}
