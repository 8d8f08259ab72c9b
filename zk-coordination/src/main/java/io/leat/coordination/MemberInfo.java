package io.leat.coordination;

import io.leat.model.VersionRange;
import java.util.List;
import java.util.Objects;

/**
 * What a member tells the cell about itself.
 *
 * @param name 1 to 63 letters, digits, '.', '_' or '-'; unique among live members
 * @param host where it serves: a host name, an IPv4 address or an IPv6 address in brackets
 * @param port where it serves, 1..65535
 * @param capabilities what it can do, in a form that its users agree on; at most {@value
 *     #MAX_CAPABILITIES}, each 1 to 64 letters, digits or characters of {@code ._:/=+-}
 * @param softwareVersion for people and for staged upgrades; formed like a capability
 * @param protocol versions of the wire protocol that it speaks
 * @param levels of what stands on storage that it can read and write
 * @param load how busy it is, at least 0; comparable among members only
 */
public record MemberInfo(
    String name,
    String host,
    int port,
    List<String> capabilities,
    String softwareVersion,
    VersionRange protocol,
    VersionRange levels,
    int load) {

  /** Most capabilities of one member. */
  public static final int MAX_CAPABILITIES = 64;

  /** Validates every part. */
  public MemberInfo {
    Values.member(name);
    Values.host(host);
    Values.port(port);
    capabilities = List.copyOf(capabilities);
    Values.atMost("capabilities", capabilities.size(), MAX_CAPABILITIES);
    capabilities.forEach(capability -> Values.tag("capability", capability));
    Values.tag("software version", softwareVersion);
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(levels, "levels");
    Values.atLeast("load", load, 0);
  }

  /** Where it serves, {@code host:port}. */
  public String address() {
    return host + ":" + port;
  }

  /** The same member with another load. */
  public MemberInfo withLoad(int newLoad) {
    return new MemberInfo(
        name, host, port, capabilities, softwareVersion, protocol, levels, newLoad);
  }
}
