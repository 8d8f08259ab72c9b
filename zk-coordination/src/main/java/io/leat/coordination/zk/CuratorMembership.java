package io.leat.coordination.zk;

import io.leat.coordination.ChangeListener;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemberHandle;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.Membership;
import io.leat.coordination.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link Membership} on ephemeral nodes. */
final class CuratorMembership implements Membership {

  private final ZooKeeperCalls calls;
  private final CellPaths paths;
  private final Watches watches;
  private final int sessionTimeoutMillis;

  CuratorMembership(
      ZooKeeperCalls calls, CellPaths paths, Watches watches, int sessionTimeoutMillis) {
    this.calls = calls;
    this.paths = paths;
    this.watches = watches;
    this.sessionTimeoutMillis = sessionTimeoutMillis;
  }

  @Override
  public MemberHandle join(MemberInfo member) throws CoordinationException {
    String path = paths.member(member.name());
    int present = calls.children(paths.members()).size();
    // Counted before joining: members that join at the same moment may exceed the limit by a few.
    if (present >= MAX_MEMBERS) {
      throw new CoordinationException(
          "Cannot join as " + path + ": the cell has " + present + " members, its limit.");
    }
    return CuratorMember.join(
        new MemberNode(calls, path), watches, member, 2L * sessionTimeoutMillis);
  }

  @Override
  public List<MemberInfo> members() throws CoordinationException {
    List<MemberInfo> members = new ArrayList<>();
    for (String name : calls.children(paths.members())) {
      Optional<Node> node = calls.read(paths.member(name));
      // A member may leave between the listing and the read.
      if (node.isPresent()) {
        members.add(RecordCodec.decodeMember(node.get()));
      }
    }
    return List.copyOf(members);
  }

  @Override
  public Subscription watch(ChangeListener<List<MemberInfo>> listener) {
    return watches.feed(paths.members(), true, this::members, listener);
  }
}
