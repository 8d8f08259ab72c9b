package io.leat.mds.image;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** An image in memory that lets others in where an image on a disk would take its time, or fail. */
public final class HookedImage implements Image {

  private final Image image = new MemoryImage();
  private Runnable beforeSnapshot = () -> {};
  private Runnable beforeCommit = () -> {};
  private Runnable afterCommit = () -> {};

  /** Runs before the next snapshot is taken, once. */
  void beforeNextSnapshot(Runnable task) {
    beforeSnapshot = task;
  }

  /** Runs before each commit, and may fail in its place. */
  public void beforeCommits(Runnable task) {
    beforeCommit = task;
  }

  /** Runs when the next commit is seen and has not returned yet, once. */
  void afterNextCommit(Runnable task) {
    afterCommit = task;
  }

  @Override
  public ImageSnapshot snapshot() {
    Runnable task = beforeSnapshot;
    beforeSnapshot = () -> {};
    task.run();
    return image.snapshot();
  }

  @Override
  public ImageTransaction begin() {
    ImageTransaction transaction = image.begin();
    return (ImageTransaction)
        Proxy.newProxyInstance(
            HookedImage.class.getClassLoader(),
            new Class<?>[] {ImageTransaction.class},
            (proxy, method, arguments) -> {
              boolean commit = method.getName().equals("commit");
              if (commit) {
                beforeCommit.run();
              }
              try {
                return method.invoke(transaction, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (commit) {
                  Runnable task = afterCommit;
                  afterCommit = () -> {};
                  task.run();
                }
              }
            });
  }

  @Override
  public void clear() {
    image.clear();
  }

  @Override
  public long usedBytes() {
    return image.usedBytes();
  }

  @Override
  public long freeBytes() {
    return image.freeBytes();
  }

  @Override
  public long entryRoomBytes() {
    return image.entryRoomBytes();
  }

  @Override
  public long capacityBytes() {
    return image.capacityBytes();
  }

  @Override
  public void close() {
    image.close();
  }
}
