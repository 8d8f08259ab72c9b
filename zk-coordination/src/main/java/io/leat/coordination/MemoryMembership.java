package io.leat.coordination;

import java.util.List;

/** {@link Membership} of one session with a {@link MemoryCell}. */
final class MemoryMembership implements Membership {

  private final MemoryCoordination session;
  private final MemoryCell cell;

  MemoryMembership(MemoryCoordination session, MemoryCell cell) {
    this.session = session;
    this.cell = cell;
  }

  @Override
  public MemberHandle join(MemberInfo member) throws CoordinationException {
    session.checkConnected("join as", "members/" + member.name());
    if (cell.members.containsKey(member.name())) {
      throw new AlreadyExistsException(
          "Cannot join as members/"
              + member.name()
              + ": a live member has that name. Stop it or choose another name.");
    }
    if (cell.members.size() >= MAX_MEMBERS) {
      throw new CoordinationException(
          "Cannot join as members/"
              + member.name()
              + ": the cell has "
              + MAX_MEMBERS
              + " members.");
    }
    MemoryMember handle = new MemoryMember(session, cell, member);
    session.add(handle);
    handle.appear();
    return handle;
  }

  @Override
  public List<MemberInfo> members() throws CoordinationException {
    session.checkConnected("list", "members");
    return cell.members.values().stream().map(MemoryCell.Live::info).toList();
  }

  @Override
  public Subscription watch(ChangeListener<List<MemberInfo>> listener) {
    return session.watch(this::members, listener);
  }
}
