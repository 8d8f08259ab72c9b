package io.leat.mds.image;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** An image in memory that lets others in where an image on a disk would take its time, or fail. */
public final class HookedImage extends ForwardingImage {

  private Runnable beforeSnapshot = () -> {};
  private Runnable beforeCommit = () -> {};
  private Runnable afterCommit = () -> {};

  public HookedImage() {
    super(new MemoryImage());
  }

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
    return super.snapshot();
  }

  @Override
  public ImageTransaction begin() {
    ImageTransaction transaction = super.begin();
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
}
