/**
 * Values that every module shares: ids, extents, token sets, errors. All are immutable; any thread
 * may use them. Nothing here does I/O or keeps state.
 */
package io.leat.model;
