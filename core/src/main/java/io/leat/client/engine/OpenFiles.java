package io.leat.client.engine;

import io.leat.model.Extent;
import io.leat.model.FileAccess;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Revoke;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files this client has open, the inodes of the paths it remembers, and the tokens it holds on
 * them. Confined to the engine.
 */
final class OpenFiles {

  /** Files open, and inodes held, at the same time in one client. */
  static final int FILES_MAX = 1_000_000;

  private static final TokenSet SNAPSHOT = FileAccess.READ_SNAPSHOT.tokens();

  /** Without these, attributes and extents may be old. */
  private static final TokenSet LAYOUT =
      FileAccess.READ.tokens().minus(SNAPSHOT).union(TokenSet.WRITING);

  private static final TokenSet EVERYTHING = TokenSet.known(-1);

  private final Map<Long, OpenFile> files = new LinkedHashMap<>();

  /** Whether there is no room for another file. */
  boolean isFull(long another) {
    return files.size() >= FILES_MAX && !files.containsKey(another);
  }

  /** Takes a grant in and counts a handle. */
  OpenFile opened(Opened opened, List<Extent> extents, String user) {
    long id = opened.getStatus().getFileId();
    OpenFile file = files.get(id);
    if (file == null) {
      FileState state = state(opened, extents, 0);
      file = new OpenFile(id, user, opened.getMore() ? partial(state) : state);
      files.put(id, file);
    } else {
      granted(file, opened, extents);
    }
    file.opened(user);
    return file;
  }

  /**
   * Takes a grant in; one that an older revocation has overtaken is void. A layout that has not
   * come whole is not shown to anybody.
   *
   * @return what to give back, when the file has been closed since it was asked for; else null
   */
  Claim granted(OpenFile file, Opened opened, List<Extent> extents) {
    OpenFile current = files.get(file.id());
    if (current == null) {
      return claim(file.id(), TokenSet.known(opened.getTokens()), opened.getGrant());
    }
    FileState known = current.state();
    if (opened.getGrant() < known.grant() && !known.stale()) {
      return null;
    }
    if (opened.getMore() || current != file) {
      current.become(known.withGrant(TokenSet.known(opened.getTokens()), opened.getGrant()));
    } else {
      FileState next = state(opened, extents, known.fence());
      boolean unchanged = opened.getUnchanged() && !known.stale();
      current.become(unchanged ? next.withMetadata(known) : next);
    }
    return null;
  }

  /**
   * What to give back of a grant that nobody waits for: what no open handle lives on.
   *
   * @param written whether other streams of this client write the file
   */
  Claim overdue(Opened late, boolean written) {
    long id = late.getStatus().getFileId();
    TokenSet tokens = TokenSet.known(late.getTokens());
    OpenFile file = files.get(id);
    if (file == null) {
      return claim(id, tokens, late.getGrant());
    }
    FileState known = file.state();
    boolean newer = late.getGrant() >= known.grant();
    TokenSet held = newer ? tokens : known.tokens();
    TokenSet back = written ? TokenSet.NONE : held.and(TokenSet.WRITING);
    long grant = Math.max(late.getGrant(), known.grant());
    file.become(known.withGrant(held.minus(back), grant));
    return claim(id, back, grant);
  }

  /**
   * Takes in what is held of an inode of a path that is to be remembered. What a handle reads by,
   * attributes and extents, stays as it was.
   *
   * @return null when it cannot be kept
   */
  OpenFile held(Held held, String user) {
    long id = held.getStatus().getFileId();
    TokenSet tokens = TokenSet.known(held.getTokens());
    OpenFile file = files.get(id);
    if (file == null && isFull(id)) {
      return null;
    }
    if (file == null) {
      file = new OpenFile(id, user, FileState.held(Messages.attributes(held.getStatus())));
      files.put(id, file);
    }
    FileState known = file.state();
    if (held.getGrant() >= known.grant()) {
      file.become(known.withHeld(tokens, held.getGrant()));
    }
    return file;
  }

  /**
   * What to give back of inodes: all of those that nothing stands on, of others what is too much.
   */
  List<Claim> surplus(Collection<OpenFile> inodes) {
    List<Claim> back = new ArrayList<>();
    for (OpenFile inode : inodes) {
      TokenSet surplus = inode.surplus();
      if (files.get(inode.id()) != inode) {
        continue; // it has been given back
      }
      if (!inode.isNeeded()) {
        files.remove(inode.id());
      }
      if (!surplus.isEmpty()) {
        FileState state = inode.state();
        inode.become(state.withTokens(state.tokens().minus(surplus), false));
        back.add(claim(inode.id(), surplus, state.grant()));
      }
    }
    return back;
  }

  private static FileState state(Opened opened, List<Extent> extents, long fence) {
    return new FileState(
        Messages.attributes(opened.getStatus()),
        extents,
        TokenSet.known(opened.getTokens()),
        opened.getGrant(),
        false,
        false,
        fence,
        opened.getLost() ? opened.getLostFrom() : FileState.NOTHING_LOST);
  }

  /** Nothing of it can be used before the rest has come. */
  private static FileState partial(FileState state) {
    return new FileState(
        state.attributes(),
        List.of(),
        state.tokens(),
        state.grant(),
        true,
        true,
        state.fence(),
        state.lostFrom());
  }

  /** Whether the server takes the write lease of a stream. */
  boolean revokesWriter(Revoke revoke) {
    OpenFile file = files.get(revoke.getFileId());
    return file != null && file.state().tokens().and(TokenSet.known(revoke.getTokens())).writes();
  }

  /**
   * Gives up what the server asks for, and everything where nothing stands on the file any more. A
   * reader keeps EXIST, and with it the blocks it knows, but asks before it uses them again. A
   * writer writes no more.
   *
   * @return what to tell the server
   */
  Claim revoked(Revoke revoke) {
    TokenSet asked = TokenSet.known(revoke.getTokens());
    OpenFile file = files.get(revoke.getFileId());
    if (file == null) {
      return claim(revoke.getFileId(), EVERYTHING, revoke.getGrant());
    }
    FileState state = file.state();
    file.become(
        (state.tokens().and(asked).writes() ? state.fenced() : state)
            .withTokens(state.tokens().minus(asked), !asked.and(LAYOUT).isEmpty()));
    long grant = Math.max(state.grant(), revoke.getGrant());
    if (file.isNeeded()) {
      return claim(file.id(), asked, grant);
    }
    files.remove(file.id(), file);
    return claim(file.id(), EVERYTHING, grant);
  }

  /**
   * Takes one handle away.
   *
   * @param lastWriter the handle of a stream that ends without a commit, when no other stream of
   *     this client writes the file
   * @return what to give back to the server: all after the last handle where no path is remembered
   *     on it, what a writer alone needs before; null for nothing
   */
  Claim closed(OpenFile file, boolean lastWriter) {
    FileState state = file.state();
    TokenSet back = lastWriter ? state.tokens().and(TokenSet.WRITING) : TokenSet.NONE;
    boolean last = file.closed();
    if (last && file.isNeeded()) {
      return null; // a path is remembered on it, and it may be opened again
    }
    if (last) {
      files.remove(file.id(), file);
      back = state.tokens();
    } else {
      file.become(state.withTokens(state.tokens().minus(back), lastWriter));
    }
    return back.isEmpty() ? null : claim(file.id(), back, state.grant());
  }

  /**
   * A stream of this client has published bytes; other handles have to ask before they read.
   *
   * @param close the stream is over, and no other of this client writes the file: what is left for
   *     other handles is EXIST
   * @param released the number of the grant that was given back with the close, 0 for none
   */
  void committed(OpenFile file, boolean close, long released) {
    FileState state = file.state();
    boolean kept = file.handles() > 1 || state.grant() != released;
    TokenSet left = !close ? state.tokens() : kept ? state.tokens().and(SNAPSHOT) : TokenSet.NONE;
    file.become(state.withTokens(left, true));
  }

  /** What this client's handles stand on, for a server that has to be told. */
  List<Claim> claims() {
    List<Claim> claims = new ArrayList<>(files.size());
    for (OpenFile file : files.values()) {
      FileState state = file.state();
      if (file.handles() > 0 && !state.tokens().isEmpty()) {
        claims.add(claim(file.id(), state.tokens(), state.grant()));
      }
    }
    return claims;
  }

  /** The session is gone, and every token with it. */
  void fenced() {
    files.values().forEach(file -> file.become(file.state().asStale()));
  }

  private static Claim claim(long file, TokenSet tokens, long grant) {
    return Claim.newBuilder().setFileId(file).setTokens(tokens.bits()).setGrant(grant).build();
  }
}
