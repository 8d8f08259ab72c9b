package io.leat.mds.token;

import io.leat.mds.page.PageKind;
import io.leat.mds.page.PageStore;
import io.leat.mds.page.RecordPages;

/**
 * Grants as they stand in pages: 64 bytes, little-endian, each named by its reference.
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>at</th><th>bytes</th><th></th></tr>
 * <tr><td>0</td><td>4</td><td>state; bit 1: the first of its file</td></tr>
 * <tr><td>4</td><td>4</td><td>next in the index's bucket</td></tr>
 * <tr><td>8, 16</td><td>8, 8</td><td>file, client session</td></tr>
 * <tr><td>24, 32</td><td>8, 8</td><td>tokens, number of the grant</td></tr>
 * <tr><td>40, 44</td><td>4, 4</td><td>next and previous of the file</td></tr>
 * <tr><td>48, 52</td><td>4, 4</td><td>next and previous of the session</td></tr>
 * <tr><td>56</td><td>4</td><td>the session's record</td></tr>
 * <tr><td>60</td><td>4</td><td>in the first of a file: its {@link HolderCounts}</td></tr>
 * </table>
 */
final class GrantRecords {

  private static final int FIRST = RecordPages.OWN_STATE;

  private static final int FILE_AT = RecordPages.FIELDS_AT;
  private static final int SESSION_AT = 16;
  private static final int TOKENS_AT = 24;
  private static final int NUMBER_AT = 32;
  private static final int FILE_NEXT_AT = 40;
  private static final int FILE_PREVIOUS_AT = 44;
  private static final int SESSION_NEXT_AT = 48;
  private static final int SESSION_PREVIOUS_AT = 52;
  private static final int SESSION_RECORD_AT = 56;
  private static final int COUNTS_AT = 60;

  private final RecordPages pages;

  GrantRecords(PageStore store) {
    pages = new RecordPages(store, PageKind.GRANT);
  }

  /** For what works on records of any kind. */
  RecordPages pages() {
    return pages;
  }

  int allocate(long file, long session, long tokens, long number) {
    int grant = pages.allocate();
    pages.putLong(grant, FILE_AT, file);
    pages.putLong(grant, SESSION_AT, session);
    set(grant, tokens, number);
    return grant;
  }

  void free(int grant) {
    pages.free(grant);
  }

  void set(int grant, long tokens, long number) {
    pages.putLong(grant, TOKENS_AT, tokens);
    pages.putLong(grant, NUMBER_AT, number);
  }

  long file(int grant) {
    return pages.getLong(grant, FILE_AT);
  }

  long session(int grant) {
    return pages.getLong(grant, SESSION_AT);
  }

  long tokens(int grant) {
    return pages.getLong(grant, TOKENS_AT);
  }

  long number(int grant) {
    return pages.getLong(grant, NUMBER_AT);
  }

  /** Whether it is its file's first, which the index has under the file alone. */
  boolean isFirst(int grant) {
    return pages.has(grant, FIRST);
  }

  void setFirst(int grant) {
    pages.set(grant, FIRST);
  }

  int fileNext(int grant) {
    return pages.getInt(grant, FILE_NEXT_AT);
  }

  void setFileNext(int grant, int next) {
    pages.putInt(grant, FILE_NEXT_AT, next);
  }

  /** The one before; of a file's first its last. */
  int filePrevious(int grant) {
    return pages.getInt(grant, FILE_PREVIOUS_AT);
  }

  void setFilePrevious(int grant, int previous) {
    pages.putInt(grant, FILE_PREVIOUS_AT, previous);
  }

  int sessionNext(int grant) {
    return pages.getInt(grant, SESSION_NEXT_AT);
  }

  void setSessionNext(int grant, int next) {
    pages.putInt(grant, SESSION_NEXT_AT, next);
  }

  int sessionPrevious(int grant) {
    return pages.getInt(grant, SESSION_PREVIOUS_AT);
  }

  void setSessionPrevious(int grant, int previous) {
    pages.putInt(grant, SESSION_PREVIOUS_AT, previous);
  }

  int sessionRecord(int grant) {
    return pages.getInt(grant, SESSION_RECORD_AT);
  }

  void setSessionRecord(int grant, int record) {
    pages.putInt(grant, SESSION_RECORD_AT, record);
  }

  int counts(int grant) {
    return pages.getInt(grant, COUNTS_AT);
  }

  void setCounts(int grant, int counts) {
    pages.putInt(grant, COUNTS_AT, counts);
  }
}
