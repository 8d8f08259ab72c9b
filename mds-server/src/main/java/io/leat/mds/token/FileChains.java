package io.leat.mds.token;

import io.leat.mds.page.LinearIndex;
import io.leat.mds.page.PageKind;
import io.leat.mds.page.PageStore;
import io.leat.mds.page.RecordPages;
import io.leat.mds.page.References;

/**
 * The grants of each file, in the order they were first given. The index has a file's first grant
 * under the file, the others under file and session: so a file that one session has open, as almost
 * all are, costs one record and is found in one step, and any grant of a file with many holders in
 * two.
 */
final class FileChains {

  private final GrantRecords grants;
  private final LinearIndex index;
  private final HolderCounts counts;
  private int files;

  FileChains(PageStore store, GrantRecords grants) {
    this.grants = grants;
    counts = new HolderCounts(store);
    index = new LinearIndex(store, PageKind.GRANT_INDEX, grants.pages(), this::hashOf);
  }

  /** Pages that {@code more} grants may need which are not allocated yet. */
  int pagesFor(int more) {
    return grants.pages().pagesFor(more) + index.pagesFor(more) + counts.pagesFor(more);
  }

  /** Files that have grants. */
  int files() {
    return files;
  }

  /** The file's first grant; {@link GrantRecords#fileNext} has the others. */
  int first(long file) {
    RecordPages pages = grants.pages();
    int grant = index.first(LinearIndex.hash(file));
    while (grant != References.NONE && !(grants.file(grant) == file && grants.isFirst(grant))) {
      grant = pages.next(grant);
    }
    return grant;
  }

  /** The session's grant on the file. */
  int find(long file, long session) {
    int first = first(file);
    return first == References.NONE ? first : find(first, file, session);
  }

  private int find(int first, long file, long session) {
    if (grants.session(first) == session) {
      return first;
    }
    if (grants.fileNext(first) == References.NONE) {
      return References.NONE;
    }
    int grant = index.first(LinearIndex.hash(file, session));
    while (grant != References.NONE
        && !(grants.session(grant) == session && grants.file(grant) == file)) {
      grant = grants.pages().next(grant);
    }
    return grant;
  }

  /** Tokens, as bits, that sessions but this one hold on the file. */
  long heldByOthers(long file, long session) {
    int first = first(file);
    if (first == References.NONE) {
      return 0;
    }
    if (grants.counts(first) == References.NONE) {
      return grants.session(first) == session ? 0 : grants.tokens(first);
    }
    int own = find(first, file, session);
    return counts.without(grants.counts(first), own == References.NONE ? 0 : grants.tokens(own));
  }

  /** Appends a new grant to its file's. */
  void append(int grant) {
    long file = grants.file(grant);
    int first = first(file);
    if (first == References.NONE) {
      files++;
      grants.setFilePrevious(grant, grant);
      putFirst(grant);
      return;
    }
    int last = grants.filePrevious(first);
    grants.setFileNext(last, grant);
    grants.setFilePrevious(grant, last);
    grants.setFilePrevious(first, grant);
    index.add(hashOf(grant), grant);
    count(first, grant);
  }

  private void putFirst(int grant) {
    grants.setFirst(grant);
    index.add(hashOf(grant), grant);
  }

  /** Counts one more holder of a file that has one at least. */
  private void count(int first, int added) {
    int record = grants.counts(first);
    if (record == References.NONE) {
      record = counts.allocate(first);
      grants.setCounts(first, record);
      counts.add(record, grants.tokens(first), 1);
    }
    counts.add(record, grants.tokens(added), 1);
  }

  /** Changes what a grant is of. */
  void set(int grant, long tokens, long number) {
    int first = grants.isFirst(grant) ? grant : first(grants.file(grant));
    int record = grants.counts(first);
    if (record != References.NONE) {
      counts.add(record, grants.tokens(grant), -1);
      counts.add(record, tokens, 1);
    }
    grants.set(grant, tokens, number);
  }

  /** Takes a grant from its file's; a file without grants is forgotten. */
  void remove(int grant) {
    index.remove(hashOf(grant), grant);
    if (!grants.isFirst(grant)) {
      removeLater(grant);
    } else if (grants.fileNext(grant) == References.NONE) {
      files--;
    } else {
      removeFirst(grant);
    }
  }

  private void removeLater(int grant) {
    int first = first(grants.file(grant));
    int previous = grants.filePrevious(grant);
    int next = grants.fileNext(grant);
    grants.setFileNext(previous, next);
    grants.setFilePrevious(next == References.NONE ? first : next, previous);
    discount(first, grant);
  }

  /** The second grant takes the place of the first. */
  private void removeFirst(int grant) {
    int second = grants.fileNext(grant);
    index.remove(hashOf(second), second);
    grants.setFilePrevious(second, grants.filePrevious(grant));
    grants.setCounts(second, grants.counts(grant));
    counts.setOwner(grants.counts(grant), second);
    putFirst(second);
    discount(second, grant);
  }

  private void discount(int first, int removed) {
    int record = grants.counts(first);
    if (grants.fileNext(first) == References.NONE) {
      counts.free(record);
      grants.setCounts(first, References.NONE);
    } else {
      counts.add(record, grants.tokens(removed), -1);
    }
  }

  private int hashOf(int grant) {
    return grants.isFirst(grant)
        ? LinearIndex.hash(grants.file(grant))
        : LinearIndex.hash(grants.file(grant), grants.session(grant));
  }
}
