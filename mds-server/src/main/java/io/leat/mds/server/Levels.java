package io.leat.mds.server;

import io.leat.coordination.MemberInfo;
import io.leat.mds.journal.MetadataArea;
import io.leat.model.VersionRange;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;

/**
 * Which levels of what stands on storage this software knows. Each virtual server has one; what
 * older software would misread or lose is written from a level on that it does not know. So servers
 * of different versions serve a cell side by side, at a level that all of them know, until somebody
 * raises it ({@code leat vs upgrade}); from then on the older ones are refused.
 */
final class Levels {

  private static final int MIN = 1;
  private static final int MAX = 1;

  /** What this software reads and writes. */
  static final VersionRange KNOWN = new VersionRange(MIN, MAX);

  private Levels() {}

  /**
   * Makes sure that a server of this software understands the other members, before it touches
   * anything that is theirs.
   *
   * @param name of this server
   * @throws IOException when it shares no level with one of them
   */
  static void requireShared(String name, Collection<MemberInfo> members) throws IOException {
    for (MemberInfo member : members) {
      if (KNOWN.negotiate(member.levels()).isEmpty()) {
        throw new IOException(
            "%s knows levels %s of what stands on storage, and %s, %s, which is a member of the cell, knows levels %s; upgrade one of them to a version in between first"
                .formatted(
                    name,
                    KNOWN.text(),
                    member.name(),
                    member.softwareVersion(),
                    member.levels().text()));
      }
    }
  }

  /**
   * Makes sure that this software can own a virtual server.
   *
   * @throws IOException when it does not know its level
   */
  static void requireKnown(String virtualServer, int level) throws IOException {
    if (!KNOWN.contains(level)) {
      throw new IOException(
          "virtual server %s is at level %d, and this software knows levels %s; start %s version here"
              .formatted(
                  virtualServer,
                  level,
                  KNOWN.text(),
                  level > KNOWN.max() ? "the newer" : "an older"));
    }
  }

  /**
   * As the other, of what stands in an area.
   *
   * @return the level; the first where nobody has said yet what stands there
   */
  static int requireKnown(MetadataArea area) throws IOException {
    int found =
        VirtualServerDefinition.readEach(area).stream()
            .mapToInt(VirtualServerDefinition::level)
            .max()
            .orElse(MIN);
    requireKnown(area.identity().virtualServer(), found);
    return found;
  }

  /** The newest level that all members know; that of this software where there are none. */
  static int newestOf(Collection<MemberInfo> members) {
    return members.stream().mapToInt(one -> one.levels().max()).min().orElse(KNOWN.max());
  }

  /** Who keeps the others from a newer level. */
  static Optional<MemberInfo> oldestOf(Collection<MemberInfo> members) {
    return members.stream().min((a, b) -> Integer.compare(a.levels().max(), b.levels().max()));
  }
}
