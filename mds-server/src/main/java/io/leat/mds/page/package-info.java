/**
 * Service pages: the memory of a virtual server's volatile state, off the heap, in pages of 64 KiB
 * that bear the virtual server's {@link io.leat.mds.page.PageTag}.
 *
 * <pre>
 *   PageStore     pages: taken, given back, bounded
 *   RecordPages   records of one kind in pages
 *   LinearIndex   finds records by a hash; in pages too
 * </pre>
 *
 * <p>Records have a fixed length ({@link io.leat.mds.page.PageKind}) and name each other by page
 * and index, never by address. What the heap knows of pages (lists' heads, counts, the pages of an
 * index) is in their headers too. Two things that are not there yet need no other layout:
 *
 * <ul>
 *   <li><b>Shipping.</b> A page goes to another host as it is, under the number it has; since a
 *       store belongs to one virtual server, that number is free there. Who takes pages in checks
 *       magic, version, tag and number of each, then goes over the headers once: a free page is the
 *       first whose number no free page names, so is a kind's first page with room; records in use
 *       and parts of an index add up. No record is looked at.
 *   <li><b>Compaction.</b> A record's state tells whether it is in use, so those of a sparse page
 *       can be found and moved one by one. The kind's callback moves one, or refuses: it finds all
 *       that refers to the record from what the record says, which is its bucket by the hash of its
 *       fields, and its neighbours by its own references. (A session's record is named by all of
 *       its grants, so its callback refuses where they are many.) A page of an index can move at
 *       any time, because nothing but the list of its parts names it.
 * </ul>
 *
 * <p>Owned by the term, through {@link io.leat.mds.core.VirtualServerCore}, and touched by its
 * thread alone. Deterministic: no clock, I/O, thread or randomness; the same calls give the same
 * bytes.
 */
package io.leat.mds.page;
