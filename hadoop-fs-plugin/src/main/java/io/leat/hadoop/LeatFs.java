package io.leat.hadoop;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.MultipartUploaderBuilder;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.XAttrSetFlag;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * {@link LeatFileSystem} for {@code FileContext}: {@code fs.AbstractFileSystem.leat.impl}. Passes
 * on what Hadoop's delegate would leave out or do in several steps.
 */
public final class LeatFs extends DelegateToFileSystem {

  private final LeatFileSystem fileSystem;

  /** Hadoop calls this one by reflection. */
  public LeatFs(URI uri, Configuration conf) throws IOException, URISyntaxException {
    this(LeatUri.fileSystem(uri, conf), new LeatFileSystem(), conf);
  }

  private LeatFs(URI uri, LeatFileSystem fileSystem, Configuration conf)
      throws IOException, URISyntaxException {
    // Not "authority required": Hadoop couples that with a default port, which there is none of.
    super(uri, fileSystem, conf, LeatKeys.SCHEME, false);
    this.fileSystem = fileSystem;
  }

  @Override
  public FSDataOutputStream createInternal(
      Path file,
      EnumSet<CreateFlag> flags,
      FsPermission absolutePermission,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress,
      Options.ChecksumOpt checksum,
      boolean createParent)
      throws IOException {
    return fileSystem.createAbsolute(
        file, absolutePermission, flags, createParent, replication, blockSize, progress);
  }

  @Override
  public void renameInternal(Path source, Path destination) throws IOException {
    fileSystem.rename(source, destination, Options.Rename.NONE);
  }

  @Override
  public void renameInternal(Path source, Path destination, boolean overwrite) throws IOException {
    fileSystem.rename(
        source, destination, overwrite ? Options.Rename.OVERWRITE : Options.Rename.NONE);
  }

  @Override
  public RemoteIterator<FileStatus> listStatusIterator(Path directory) throws IOException {
    return fileSystem.listStatusIterator(directory);
  }

  @Override
  public RemoteIterator<LocatedFileStatus> listLocatedStatus(Path directory) throws IOException {
    return fileSystem.listLocatedStatus(directory);
  }

  @Override
  public void access(Path path, FsAction action) throws IOException {
    fileSystem.access(path, action);
  }

  @Override
  public void msync() {
    fileSystem.msync();
  }

  @Override
  public void setXAttr(Path path, String name, byte[] value, EnumSet<XAttrSetFlag> flags)
      throws IOException {
    fileSystem.setXAttr(path, name, value, flags);
  }

  @Override
  public byte[] getXAttr(Path path, String name) throws IOException {
    return fileSystem.getXAttr(path, name);
  }

  @Override
  public Map<String, byte[]> getXAttrs(Path path) throws IOException {
    return fileSystem.getXAttrs(path);
  }

  @Override
  public Map<String, byte[]> getXAttrs(Path path, List<String> names) throws IOException {
    return fileSystem.getXAttrs(path, names);
  }

  @Override
  public List<String> listXAttrs(Path path) throws IOException {
    return fileSystem.listXAttrs(path);
  }

  @Override
  public void removeXAttr(Path path, String name) throws IOException {
    fileSystem.removeXAttr(path, name);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public MultipartUploaderBuilder createMultipartUploader(Path basePath) {
    return fileSystem.createMultipartUploader(basePath);
  }
}
