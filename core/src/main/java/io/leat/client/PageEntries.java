package io.leat.client;

import io.leat.client.ClientNamespace.DirectoryEntry;
import io.leat.wire.listing.ListingPage;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** The entries of a page, each made when it is asked for. Any thread. */
final class PageEntries extends AbstractList<DirectoryEntry> implements RandomAccess {

  private final ListingPage page;

  PageEntries(ListingPage page) {
    this.page = page;
  }

  @Override
  public DirectoryEntry get(int index) {
    int entry = Objects.checkIndex(index, page.size());
    return new DirectoryEntry(page.name(entry), page.attributes(entry));
  }

  @Override
  public int size() {
    return page.size();
  }
}
