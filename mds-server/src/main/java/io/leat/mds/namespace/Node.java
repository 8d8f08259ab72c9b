package io.leat.mds.namespace;

import io.leat.mds.namespace.proto.InodeRecord;

/**
 * A file or directory and where its entry stands.
 *
 * @param parent the id of the directory that holds the entry, 0 for the root
 * @param name the entry's name, empty for the root
 * @param inode what the entry holds
 */
public record Node(long parent, String name, InodeRecord inode) {

  public long id() {
    return inode.getFileId();
  }

  public boolean isDirectory() {
    return inode.getDirectory();
  }

  Node with(InodeRecord changed) {
    return new Node(parent, name, changed);
  }
}
