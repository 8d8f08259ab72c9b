/**
 * The flat form of a listing, {@code Listing.page} on the wire: rows of one length that are read in
 * place, then the names, then the owners and groups that the rows point to. docs/protocol.md,
 * "Listings", has the layout. A thousand protobuf messages cost more to make and to take apart than
 * all else that a listing needs.
 *
 * <p>Writers belong to one thread; a page never changes and is for any thread.
 */
package io.leat.wire.listing;
