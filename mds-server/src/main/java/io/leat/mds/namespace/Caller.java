package io.leat.mds.namespace;

import java.util.Objects;
import java.util.Set;

/**
 * Who asks.
 *
 * @param user short name
 * @param groups resolved before the request reached the virtual server
 * @param superuser no permission is checked
 */
public record Caller(String user, Set<String> groups, boolean superuser) {

  public Caller {
    Objects.requireNonNull(user);
    groups = Set.copyOf(groups);
  }
}
