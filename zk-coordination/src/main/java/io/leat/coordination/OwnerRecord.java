package io.leat.coordination;

/**
 * Who owns a virtual server.
 *
 * @param owner name of the member
 * @param epoch number of the ownership term, at least 1; grows with every claim
 * @param address where the owner serves, {@code host:port}
 * @param version identifies this very record; without meaning outside of the implementation that
 *     made it
 */
public record OwnerRecord(String owner, long epoch, String address, String version) {

  /** Validates every part. */
  public OwnerRecord {
    Values.member(owner);
    Values.atLeast("epoch", epoch, 1);
    Values.address(address);
    Values.tag("record version", version);
  }

  /** Of the address; an IPv6 address in brackets. */
  public String host() {
    return address.substring(0, address.lastIndexOf(':'));
  }

  /** Of the address. */
  public int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
