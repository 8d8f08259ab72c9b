package io.leat.mds.server;

import io.leat.mds.core.Fence;
import io.leat.volume.LockFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether clients whose sessions are over still hold their lock files. One thread at a time.
 */
final class FenceWatch {

  private static final Logger LOG = LoggerFactory.getLogger(FenceWatch.class);

  private final String virtualServer;
  private final LockFiles files;

  /** Sessions whose files cannot be looked at, of which a warning tells once. */
  private final Set<Long> unknown = new HashSet<>();

  FenceWatch(String virtualServer, LockFiles files) {
    this.virtualServer = virtualServer;
    this.files = files;
  }

  /** The sessions whose lock files nobody holds, or that are gone. */
  List<Long> unlocked(List<Fence> fences) {
    List<Long> unlocked = new ArrayList<>();
    for (Fence fence : fences) {
      String name =
          LockFiles.name(virtualServer, fence.session(), fence.clientId().asReadOnlyByteBuffer());
      try {
        if (!files.isLocked(name)) {
          unlocked.add(fence.session());
        }
      } catch (IOException e) {
        if (unknown.add(fence.session())) {
          LOG.warn(
              "{}: lock file {} cannot be looked at; the space that session {} might still write stays unused",
              virtualServer,
              name,
              fence.session(),
              e);
        }
      }
    }
    unknown.retainAll(fences.stream().map(Fence::session).toList());
    return unlocked;
  }
}
