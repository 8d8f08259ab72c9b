package io.leat.mds.image;

/** Passes every call to another image; for images that change one or two of them. */
public abstract class ForwardingImage implements Image {

  private final Image image;

  protected ForwardingImage(Image image) {
    this.image = image;
  }

  @Override
  public ImageTransaction begin() {
    return image.begin();
  }

  @Override
  public ImageSnapshot snapshot() {
    return image.snapshot();
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
  public void flush() {
    image.flush();
  }

  @Override
  public long capacityBytes() {
    return image.capacityBytes();
  }

  @Override
  public void close() {
    image.close();
  }

  @Override
  public String toString() {
    return image.toString();
  }
}
