package io.leat.mds.token;

import io.leat.mds.page.PageStore;
import io.leat.mds.page.References;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Which client session holds which tokens on which file: one record per (session, file), in service
 * pages. Volatile: after a restart clients claim what they hold.
 *
 * <p>What concerns one session and one file takes the same time however many files the session has
 * open and however many sessions the file; only what is asked for all of them goes over them.
 *
 * <p>Used by the virtual server's loop alone. Deterministic: a file's sessions, and a session's
 * files, come in the order in which they were first granted something. Visitors must not change the
 * table.
 */
public final class TokenTable {

  /** No session has this id. */
  public static final long NOBODY = 0;

  private final PageStore pages;
  private final GrantRecords grants;
  private final FileChains files;
  private final SessionChains sessions;
  private long granted;
  private long releases;

  /**
   * An empty table.
   *
   * @param pages where it stands; stays the caller's, to be closed after the table's last use
   * @param grantedBefore above every grant's number of earlier terms: a client takes a lower number
   *     for an old grant
   */
  public TokenTable(PageStore pages, long grantedBefore) {
    this.pages = pages;
    grants = new GrantRecords(pages);
    files = new FileChains(pages, grants);
    sessions = new SessionChains(pages, grants);
    granted = grantedBefore;
  }

  /**
   * What a session holds on a file.
   *
   * @param tokens the whole set
   * @param number grows with every grant of this virtual server; a revocation names it, and grants
   *     up to it that reach the client later are void
   */
  public record Grant(TokenSet tokens, long number) {}

  /** Is told who holds what on a file. */
  @FunctionalInterface
  public interface HolderVisitor {
    /** One holder; {@code number} is that of its {@link Grant}. */
    void holder(long session, TokenSet tokens, long number);
  }

  /**
   * Whether there is memory for {@code more} records of one session. While there is, {@link #grant}
   * and {@link #claim} do not fail.
   */
  public boolean hasRoomFor(int more) {
    return pages.reserve(files.pagesFor(more) + sessions.pagesForOne());
  }

  /**
   * Sets what {@code session} holds on {@code file}; the caller has made sure nothing conflicts.
   *
   * @throws IllegalStateException when there is no memory for a record; {@link #hasRoomFor} tells
   *     before
   */
  public Grant grant(long file, long session, TokenSet tokens) {
    Grant grant = new Grant(tokens, ++granted);
    put(file, session, tokens, grant.number());
    return grant;
  }

  /**
   * Takes up a grant made by an earlier owner. It keeps its number, the one that the client will
   * give it back with.
   *
   * @throws IllegalStateException as {@link #grant}
   */
  public void claim(long file, long session, TokenSet tokens, long number) {
    if (!tokens.isEmpty()) {
      put(file, session, tokens, number);
    }
  }

  private void put(long file, long session, TokenSet tokens, long number) {
    int grant = files.find(file, session);
    if (grant == References.NONE) {
      grant = grants.allocate(file, session, tokens.bits(), number);
      files.append(grant);
      sessions.append(grant);
    } else {
      releases += tokens.containsAll(tokens(grant)) ? 0 : 1;
      files.set(grant, tokens.bits(), number);
    }
  }

  /**
   * Takes all but {@code kept} from {@code session}, whatever was granted to it. The number stays,
   * because the client has been told of no other.
   */
  public void restrict(long file, long session, TokenSet kept) {
    release(file, session, TokenSet.known(~kept.bits()), Long.MAX_VALUE);
  }

  /** What {@code session} holds on {@code file}, and its number; empty when it holds nothing. */
  public Optional<Grant> grantOf(long file, long session) {
    int grant = files.find(file, session);
    return grant == References.NONE
        ? Optional.empty()
        : Optional.of(new Grant(tokens(grant), grants.number(grant)));
  }

  /** What {@code session} holds on {@code file}. */
  public TokenSet held(long file, long session) {
    int grant = files.find(file, session);
    return grant == References.NONE ? TokenSet.NONE : tokens(grant);
  }

  /** Everything that sessions other than {@code session} hold on {@code file}. */
  public TokenSet heldByOthers(long file, long session) {
    return new TokenSet(files.heldByOthers(file, session));
  }

  /** Whether another session holds something on {@code file} that conflicts with {@code wanted}. */
  public boolean isHeldAgainst(long file, long session, TokenSet wanted) {
    return !heldByOthers(file, session).conflictsWith(wanted).isEmpty();
  }

  /** Other sessions whose tokens on {@code file} conflict with {@code wanted}. */
  public List<Long> holdersAgainst(long file, long session, TokenSet wanted) {
    List<Long> holders = new ArrayList<>();
    forHolders(
        file,
        (holder, tokens, number) -> {
          if (holder != session && !tokens.conflictsWith(wanted).isEmpty()) {
            holders.add(holder);
          }
        });
    return holders;
  }

  /** Calls {@code visitor} with every session that holds something on {@code file}. */
  public void forHolders(long file, HolderVisitor visitor) {
    int grant = files.first(file);
    while (grant != References.NONE) {
      visitor.holder(grants.session(grant), tokens(grant), grants.number(grant));
      grant = grants.fileNext(grant);
    }
  }

  /**
   * Takes tokens back, unless the session has been granted more since: the release then crossed
   * that grant on its way.
   *
   * @param number the highest grant the session had seen
   * @return true when something changed
   */
  public boolean release(long file, long session, TokenSet tokens, long number) {
    int grant = files.find(file, session);
    if (grant == References.NONE || grants.number(grant) > number) {
      return false;
    }
    TokenSet left = tokens(grant).minus(tokens);
    if (left.isEmpty()) {
      remove(grant);
    } else {
      releases++;
      files.set(grant, left.bits(), grants.number(grant));
    }
    return true;
  }

  /** Takes everything on {@code file} from {@code session}. */
  public void drop(long file, long session) {
    int grant = files.find(file, session);
    if (grant != References.NONE) {
      remove(grant);
    }
  }

  /**
   * Takes everything from {@code session}.
   *
   * @param visitor is given each file it held something on, once it holds nothing there any more
   */
  public void dropSession(long session, LongConsumer visitor) {
    int grant = sessions.first(session);
    while (grant != References.NONE) {
      long file = grants.file(grant);
      int next = grants.sessionNext(grant);
      remove(grant);
      visitor.accept(file);
      grant = next;
    }
  }

  /** Grows whenever somebody holds less than before. */
  public long releases() {
    return releases;
  }

  private void remove(int grant) {
    releases++;
    files.remove(grant);
    sessions.remove(grant);
    grants.free(grant);
  }

  /** Calls {@code visitor} with every file on which {@code session} holds something. */
  public void forFiles(long session, LongConsumer visitor) {
    int grant = sessions.first(session);
    while (grant != References.NONE) {
      visitor.accept(grants.file(grant));
      grant = grants.sessionNext(grant);
    }
  }

  /** Files on which {@code session} holds something. */
  public int openFiles(long session) {
    return sessions.count(session);
  }

  /** True when any session keeps {@code file}'s blocks in their place. */
  public boolean isOpen(long file) {
    return new TokenSet(files.heldByOthers(file, NOBODY)).has(TokenKind.EXIST, TokenLevel.READ);
  }

  /** Files on which anybody holds something. */
  public int openFiles() {
    return files.files();
  }

  private TokenSet tokens(int grant) {
    return new TokenSet(grants.tokens(grant));
  }
}
