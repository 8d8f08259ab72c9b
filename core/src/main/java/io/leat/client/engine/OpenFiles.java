package io.leat.client.engine;

import io.leat.model.Extent;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Revoke;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files this client has open, and the tokens it holds on them. Confined to the engine. */
final class OpenFiles {

  /** Files open at the same time in one client. */
  static final int FILES_MAX = 1_000_000;

  private final Map<Long, OpenFile> files = new LinkedHashMap<>();

  boolean isFull() {
    return files.size() >= FILES_MAX;
  }

  /** Takes a grant in and counts a handle. */
  OpenFile opened(Opened opened, List<Extent> extents, String user) {
    long id = opened.getStatus().getFileId();
    OpenFile file = files.get(id);
    if (file == null) {
      file = new OpenFile(id, user, state(opened, extents));
      files.put(id, file);
    } else {
      granted(file, opened, extents);
    }
    file.opened();
    return file;
  }

  /** Takes a grant in; one that an older revocation has overtaken is void. */
  void granted(OpenFile file, Opened opened, List<Extent> extents) {
    FileState known = file.state();
    if (opened.getGrant() < known.grant() && !known.stale()) {
      return;
    }
    boolean unchanged = opened.getUnchanged() && !known.stale();
    file.become(state(opened, unchanged ? known.extents() : extents));
  }

  private static FileState state(Opened opened, List<Extent> extents) {
    return new FileState(
        Messages.attributes(opened.getStatus()),
        extents,
        new TokenSet(opened.getTokens()),
        opened.getGrant(),
        false,
        false);
  }

  /**
   * Gives up what the server asks for. A reader keeps EXIST, and with it the blocks it knows, but
   * asks before it uses them again.
   *
   * @return what to tell the server
   */
  Claim revoked(Revoke revoke) {
    TokenSet asked = new TokenSet(revoke.getTokens());
    OpenFile file = files.get(revoke.getFileId());
    if (file != null) {
      FileState state = file.state();
      file.become(state.withTokens(state.tokens().minus(asked), true));
    }
    long grant =
        file == null ? revoke.getGrant() : Math.max(file.state().grant(), revoke.getGrant());
    return claim(revoke.getFileId(), asked, grant);
  }

  /**
   * Takes one handle away.
   *
   * @return what to give back to the server after the last one; null before
   */
  Claim closed(OpenFile file) {
    if (!file.closed()) {
      return null;
    }
    files.remove(file.id(), file);
    FileState state = file.state();
    return state.tokens().isEmpty() ? null : claim(file.id(), state.tokens(), state.grant());
  }

  /**
   * A stream of this client has published bytes; other handles have to ask before they read.
   *
   * @param close the stream is over: what is left for other handles is EXIST
   */
  void committed(OpenFile file, boolean close) {
    FileState state = file.state();
    TokenSet exist = TokenSet.NONE.with(TokenKind.EXIST, TokenLevel.READ);
    TokenSet left = !close ? state.tokens() : file.handles() > 1 ? exist : TokenSet.NONE;
    file.become(state.withTokens(left, true));
  }

  /** Everything this client holds, for a server that has to be told. */
  List<Claim> claims() {
    List<Claim> claims = new ArrayList<>(files.size());
    for (OpenFile file : files.values()) {
      FileState state = file.state();
      if (!state.tokens().isEmpty()) {
        claims.add(claim(file.id(), state.tokens(), state.grant()));
      }
    }
    return claims;
  }

  /** The session is gone, and every token with it. */
  void fenced() {
    files.values().forEach(OpenFile::lost);
  }

  private static Claim claim(long file, TokenSet tokens, long grant) {
    return Claim.newBuilder().setFileId(file).setTokens(tokens.bits()).setGrant(grant).build();
  }
}
