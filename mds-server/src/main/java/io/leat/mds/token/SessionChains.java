package io.leat.mds.token;

import io.leat.mds.page.LinearIndex;
import io.leat.mds.page.PageKind;
import io.leat.mds.page.PageStore;
import io.leat.mds.page.RecordPages;
import io.leat.mds.page.References;

/**
 * The grants of each session, in the order they were first given.
 *
 * <p>A record has 32 bytes: state (4), next in the index's bucket (4), client session (8), first
 * and last grant (4, 4), number of grants (4), zeros.
 */
final class SessionChains {

  private static final int SESSION_AT = RecordPages.FIELDS_AT;
  private static final int FIRST_AT = 16;
  private static final int LAST_AT = 20;
  private static final int COUNT_AT = 24;

  private final GrantRecords grants;
  private final RecordPages pages;
  private final LinearIndex index;

  SessionChains(PageStore store, GrantRecords grants) {
    this.grants = grants;
    pages = new RecordPages(store, PageKind.SESSION);
    index = new LinearIndex(store, PageKind.SESSION_INDEX, pages, r -> hash(session(r)));
  }

  /** Pages that one more session needs which are not allocated yet. */
  int pagesForOne() {
    return pages.pagesFor(1) + index.pagesFor(1);
  }

  /** The session's first grant. */
  int first(long session) {
    int record = find(session);
    return record == References.NONE ? References.NONE : pages.getInt(record, FIRST_AT);
  }

  /** How many grants the session has. */
  int count(long session) {
    int record = find(session);
    return record == References.NONE ? 0 : pages.getInt(record, COUNT_AT);
  }

  /** Appends a new grant to its session's. */
  void append(int grant) {
    int record = findOrAdd(grants.session(grant));
    int last = pages.getInt(record, LAST_AT);
    if (last == References.NONE) {
      pages.putInt(record, FIRST_AT, grant);
    } else {
      grants.setSessionNext(last, grant);
    }
    pages.putInt(record, LAST_AT, grant);
    pages.putInt(record, COUNT_AT, pages.getInt(record, COUNT_AT) + 1);
    grants.setSessionPrevious(grant, last);
    grants.setSessionRecord(grant, record);
  }

  /** Takes a grant from its session's; a session without grants is forgotten. */
  void remove(int grant) {
    int record = grants.sessionRecord(grant);
    int previous = grants.sessionPrevious(grant);
    int next = grants.sessionNext(grant);
    if (previous == References.NONE) {
      pages.putInt(record, FIRST_AT, next);
    } else {
      grants.setSessionNext(previous, next);
    }
    if (next == References.NONE) {
      pages.putInt(record, LAST_AT, previous);
    } else {
      grants.setSessionPrevious(next, previous);
    }
    int left = pages.getInt(record, COUNT_AT) - 1;
    pages.putInt(record, COUNT_AT, left);
    if (left == 0) {
      index.remove(hash(session(record)), record);
      pages.free(record);
    }
  }

  private int findOrAdd(long session) {
    int record = find(session);
    if (record == References.NONE) {
      record = pages.allocate();
      pages.putLong(record, SESSION_AT, session);
      index.add(hash(session), record);
    }
    return record;
  }

  private int find(long session) {
    int record = index.first(hash(session));
    while (record != References.NONE && session(record) != session) {
      record = pages.next(record);
    }
    return record;
  }

  private long session(int record) {
    return pages.getLong(record, SESSION_AT);
  }

  private static int hash(long session) {
    return LinearIndex.hash(session);
  }
}
