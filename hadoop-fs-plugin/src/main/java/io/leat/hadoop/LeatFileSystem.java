package io.leat.hadoop;

import io.leat.client.ClientNamespace;
import io.leat.client.ClientNamespace.CreateOptions;
import io.leat.client.ClientNamespace.SafeModeChange;
import io.leat.client.ClientNamespace.StorageUsage;
import io.leat.client.FileReader;
import io.leat.client.FileWriter;
import io.leat.client.LeatClient;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.HadoopIllegalArgumentException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.BulkDelete;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileChecksum;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.fs.FsStatus;
import org.apache.hadoop.fs.InvalidPathException;
import org.apache.hadoop.fs.LeaseRecoverable;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.MultipartUploaderBuilder;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.hadoop.fs.PathHandle;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.SafeMode;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.fs.XAttrSetFlag;
import org.apache.hadoop.fs.impl.AbstractFSBuilderImpl;
import org.apache.hadoop.fs.impl.FileSystemMultipartUploaderBuilder;
import org.apache.hadoop.fs.impl.OpenFileParameters;
import org.apache.hadoop.fs.impl.PathCapabilitiesSupport;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.util.DataChecksum;
import org.apache.hadoop.util.Progressable;
import org.apache.hadoop.util.functional.RemoteIterators;

/**
 * A virtual server as a Hadoop file system: {@code leat://NAME/path}.
 *
 * <p>Long because Hadoop's contract is: every method here is one of Hadoop's and does little more
 * than to turn its arguments into one call of {@link ClientNamespace}. What takes more has a class:
 * listings, summaries, checksums, handles, streams.
 *
 * <p>Works as the user whom {@link UserGroupInformation} names when it is initialised; several
 * users of a process share one client, each with their own permissions. Any thread may use it.
 */
public final class LeatFileSystem extends FileSystem
    implements LeaseRecoverable, SafeMode, IOStatisticsSource {

  private static final String ROOT = "/";
  private static final int PACKET_BYTES = 64 << 10;
  private static final short REPLICATION = 1;

  /** FileContext never closes its file systems: those that nobody holds any more close here. */
  private static final Cleaner CLEANER = Cleaner.create();

  private URI uri;
  private LeatConfig config;
  private String user;
  private NamespaceCalls calls;
  private Path root;
  private volatile Path workingDirectory;

  // Life.

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    setConf(conf);
    uri = LeatUri.fileSystem(name, conf);
    config = LeatConfig.parse(conf, uri.getAuthority());
    user = UserGroupInformation.getCurrentUser().getShortUserName();
    SharedClients<LeatClient>.Use use =
        SharedClients.PROCESS.acquire(config.client(), config.virtualServer());
    CLEANER.register(this, use::closeQuietly);
    calls = new NamespaceCalls(use, use.client().namespace(user), () -> statistics);
    root = qualified(ROOT);
    workingDirectory = getHomeDirectory();
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      if (calls != null) {
        calls.close();
      }
    }
  }

  @Override
  public String getScheme() {
    return LeatKeys.SCHEME;
  }

  @Override
  public URI getUri() {
    return uri;
  }

  /** None until there are delegation tokens; the default would look the name up in DNS. */
  @Override
  public String getCanonicalServiceName() {
    return null;
  }

  /** Hadoop's older counts; FileContext sets its own after {@link #initialize}. */
  Statistics statistics() {
    return statistics;
  }

  @Override
  public IOStatistics getIOStatistics() {
    return calls.counters();
  }

  @Override
  public String toString() {
    return "LeatFileSystem{" + uri + ", user " + user + "}";
  }

  // Paths.

  @Override
  public Path getHomeDirectory() {
    return makeQualified(new Path(USER_HOME_PREFIX + "/" + user));
  }

  /** During {@link #initialize} there is none yet; only absolute paths are qualified then. */
  @Override
  public Path getWorkingDirectory() {
    return workingDirectory == null ? new Path(uri.toString() + ROOT) : workingDirectory;
  }

  @Override
  public void setWorkingDirectory(Path directory) {
    Path absolute = fixRelativePart(directory);
    pathOf(absolute);
    workingDirectory = makeQualified(absolute);
  }

  /** The path in the namespace. */
  private String pathOf(Path path) {
    checkPath(path);
    String name = fixRelativePart(path).toUri().getPath();
    if (name.contains("/.")) {
      requireNoDots(name);
    }
    return name;
  }

  private static void requireNoDots(String name) {
    String framed = name + "/";
    if (framed.contains("/./") || framed.contains("/../")) {
      throw new InvalidPathException(name, "it has a component \".\" or \"..\"");
    }
  }

  // Reading.

  /** Spares the base class's look into the configuration for a buffer's size. */
  @Override
  public FSDataInputStream open(Path file) throws IOException {
    return open(file, config.reads().buffer());
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    String path = pathOf(file);
    return stream(path, calls.read(Operation.OPEN, path, ns -> ns.open(path)));
  }

  @Override
  public FSDataInputStream open(PathHandle handle, int bufferSize) throws IOException {
    LeatPathHandle leat = LeatPathHandle.from(handle);
    return stream(leat.path(), calls.read(Operation.OPEN, leat.path(), leat::open));
  }

  private FSDataInputStream stream(String path, FileReader reader) {
    return new FSDataInputStream(
        new LeatInputStream(reader, config.reads(), StreamContext.here(path, this)));
  }

  @Override
  protected PathHandle createPathHandle(FileStatus status, Options.HandleOpt... options) {
    return LeatPathHandle.of(status, pathOf(status.getPath()), options);
  }

  /** A status given says that the file is there; opening asks nevertheless, and is atomic so. */
  @Override
  protected CompletableFuture<FSDataInputStream> openFileWithOptions(
      Path path, OpenFileParameters parameters) throws IOException {
    rejectUnknown(parameters, "for " + path);
    return future(() -> open(path, parameters.getBufferSize()));
  }

  @Override
  protected CompletableFuture<FSDataInputStream> openFileWithOptions(
      PathHandle handle, OpenFileParameters parameters) throws IOException {
    rejectUnknown(parameters, "");
    return future(() -> open(handle, parameters.getBufferSize()));
  }

  private static void rejectUnknown(OpenFileParameters parameters, String of) {
    AbstractFSBuilderImpl.rejectUnknownMandatoryKeys(
        parameters.getMandatoryKeys(),
        Options.OpenFileOptions.FS_OPTION_OPENFILE_STANDARD_OPTIONS,
        of);
  }

  /** Opens something. */
  private interface Opening {
    FSDataInputStream open() throws IOException;
  }

  private static CompletableFuture<FSDataInputStream> future(Opening opening) {
    try {
      return CompletableFuture.completedFuture(opening.open());
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  // Writing.

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    EnumSet<CreateFlag> flags =
        overwrite
            ? EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE)
            : EnumSet.of(CreateFlag.CREATE);
    return create(file, permission, flags, bufferSize, replication, blockSize, progress, null);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress,
      Options.ChecksumOpt checksum)
      throws IOException {
    return create(
        file, permission, flags, true, replication, blockSize, Optional.empty(), progress);
  }

  @Override
  public FSDataOutputStream createNonRecursive(
      Path file,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(
        file, permission, flags, false, replication, blockSize, Optional.empty(), progress);
  }

  @Override
  public FSDataOutputStreamBuilder<FSDataOutputStream, ?> createFile(Path path) {
    return new LeatOutputStreamBuilder(this, path).create().overwrite(true);
  }

  @Override
  public FSDataOutputStreamBuilder<FSDataOutputStream, ?> appendFile(Path path) {
    return new LeatOutputStreamBuilder(this, path).append();
  }

  /** All ways to make a file whose mode the process's umask is applied to. */
  FSDataOutputStream create(
      Path file,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      boolean createParents,
      short replication,
      long blockSize,
      Optional<ByteRange> range,
      Progressable progress)
      throws IOException {
    int mode = masked(permission, FsPermission.getFileDefault());
    CreateOptions options =
        options(mode, flags, createParents, blockSize, replication).withRange(range);
    return write(file, flags, options, progress);
  }

  /** For {@code FileContext}: the mode is what the file gets. */
  FSDataOutputStream createAbsolute(
      Path file,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      boolean createParents,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    CreateOptions options =
        options(permission.toShort(), flags, createParents, blockSize, replication);
    return write(file, flags, options, progress);
  }

  @Override
  @SuppressWarnings("deprecation")
  protected FSDataOutputStream primitiveCreate(
      Path file,
      FsPermission absolutePermission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress,
      Options.ChecksumOpt checksum)
      throws IOException {
    return createAbsolute(file, absolutePermission, flags, true, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream append(Path file, int bufferSize, Progressable progress)
      throws IOException {
    String path = pathOf(file);
    return stream(path, append(path), progress);
  }

  private FileWriter append(String path) throws IOException {
    return calls.read(Operation.APPEND, path, ns -> ns.append(path));
  }

  private FSDataOutputStream write(
      Path file, EnumSet<CreateFlag> flags, CreateOptions options, Progressable progress)
      throws IOException {
    String path = pathOf(file);
    return stream(path, writer(path, flags, options), progress);
  }

  private FileWriter writer(String path, EnumSet<CreateFlag> flags, CreateOptions options)
      throws IOException {
    boolean create = flags.contains(CreateFlag.CREATE);
    if (flags.contains(CreateFlag.APPEND)) {
      try {
        return append(path);
      } catch (FileNotFoundException e) {
        if (!create) {
          throw e;
        }
      }
    } else if (!create) {
      requireFile(path);
    }
    return calls.make(Operation.CREATE, path, ns -> ns.create(path, options));
  }

  private FSDataOutputStream stream(String path, FileWriter writer, Progressable progress)
      throws IOException {
    long start = writer.position();
    StreamContext context = StreamContext.here(path, this);
    return new FSDataOutputStream(
        new LeatOutputStream(writer, context, progress), statistics, start);
  }

  private static CreateOptions options(
      int mode, EnumSet<CreateFlag> flags, boolean parents, long blockSize, short replication) {
    CreateFlag.validate(flags);
    boolean overwrite = flags.contains(CreateFlag.OVERWRITE);
    return new CreateOptions(mode, overwrite, parents, blockSize, replication);
  }

  /** The mode with the umask applied, as HDFS's client does. */
  private int masked(FsPermission permission, FsPermission fallback) {
    FsPermission asked = permission == null ? fallback : permission;
    return asked.applyUMask(FsPermission.getUMask(getConf())).toShort();
  }

  @Override
  public boolean truncate(Path file, long newLength) throws IOException {
    if (newLength < 0) {
      throw new HadoopIllegalArgumentException(
          "Cannot truncate " + file + " to a negative size: " + newLength);
    }
    String path = pathOf(file);
    calls.change(Operation.TRUNCATE, path, ns -> ns.truncate(path, newLength));
    return true;
  }

  @Override
  public void concat(Path target, Path[] sources) throws IOException {
    String path = pathOf(target);
    if (sources == null || sources.length == 0) {
      throw new HadoopIllegalArgumentException("concat needs sources to put behind " + path);
    }
    List<String> names = Arrays.stream(sources).map(this::pathOf).toList();
    calls.change(Operation.CONCAT, path, ns -> ns.concat(path, names));
  }

  @Override
  @SuppressWarnings("rawtypes")
  public MultipartUploaderBuilder createMultipartUploader(Path basePath) {
    return new FileSystemMultipartUploaderBuilder(this, basePath);
  }

  // Names.

  /** False where HDFS says false: the source is missing or the destination in the way. */
  @Override
  public boolean rename(Path source, Path destination) throws IOException {
    String from = pathOf(source);
    String to = pathOf(destination);
    try {
      calls.raw(
          Operation.RENAME,
          ns -> {
            ns.rename(from, to, false, true);
            return null;
          });
      return true;
    } catch (LeatException e) {
      if (isRenameRefusal(e.code())) {
        LOG.debug("rename {} to {}: {}", from, to, e.getMessage());
        return false;
      }
      throw Errors.making(e, from);
    }
  }

  private static boolean isRenameRefusal(ErrorCode code) {
    return EnumSet.of(
            ErrorCode.NOT_FOUND,
            ErrorCode.ALREADY_EXISTS,
            ErrorCode.PARENT_NOT_DIRECTORY,
            ErrorCode.IS_DIRECTORY,
            ErrorCode.NOT_DIRECTORY,
            ErrorCode.DIRECTORY_NOT_EMPTY,
            ErrorCode.INVALID_ARGUMENT,
            ErrorCode.RENAME_INTO_ITSELF)
        .contains(code);
  }

  /** One step; {@code TO_TRASH} makes no difference. */
  @Override
  @SuppressWarnings("deprecation")
  public void rename(Path source, Path destination, Options.Rename... options) throws IOException {
    String from = pathOf(source);
    String to = pathOf(destination);
    if (from.equals(to)) {
      throw new FileAlreadyExistsException(
          "The source and destination are the same: " + getFileStatus(source).getPath());
    }
    boolean overwrite =
        options != null && Arrays.asList(options).contains(Options.Rename.OVERWRITE);
    calls.make(
        Operation.RENAME,
        from,
        ns -> {
          ns.rename(from, to, overwrite, false);
          return null;
        });
  }

  /** The root stays: false, or an error when it is not empty and should go alone. */
  @Override
  public boolean delete(Path target, boolean recursive) throws IOException {
    String path = pathOf(target);
    if (path.equals(ROOT)) {
      if (!recursive && new DirectoryListing(calls, qualified(path), 1).hasNext()) {
        throw new PathIsNotEmptyDirectoryException(path);
      }
      return false;
    }
    try {
      return calls.raw(Operation.DELETE, ns -> ns.delete(path, recursive));
    } catch (LeatException e) {
      if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.PARENT_NOT_DIRECTORY) {
        return false;
      }
      throw Errors.reading(e, path);
    }
  }

  @Override
  public BulkDelete createBulkDelete(Path basePath) {
    pathOf(basePath);
    return BulkDeletes.under(makeQualified(basePath), calls);
  }

  @Override
  public boolean mkdirs(Path directory, FsPermission permission) throws IOException {
    makeDirectories(directory, masked(permission, FsPermission.getDirDefault()), true);
    return true;
  }

  @Override
  @SuppressWarnings("deprecation")
  protected boolean primitiveMkdir(Path directory, FsPermission absolutePermission)
      throws IOException {
    makeDirectories(directory, absolutePermission.toShort(), true);
    return true;
  }

  @Override
  @SuppressWarnings("deprecation")
  protected void primitiveMkdir(
      Path directory, FsPermission absolutePermission, boolean createParents) throws IOException {
    makeDirectories(directory, absolutePermission.toShort(), createParents);
  }

  private void makeDirectories(Path directory, int mode, boolean createParents) throws IOException {
    String path = pathOf(directory);
    calls.make(
        Operation.MKDIRS,
        path,
        ns -> {
          ns.makeDirectories(path, mode, createParents);
          return null;
        });
  }

  // Looking.

  @Override
  public FileStatus getFileStatus(Path file) throws IOException {
    String path = pathOf(file);
    FileAttributes attributes = calls.read(Operation.FILE_STATUS, path, ns -> ns.status(path));
    return new LeatFileStatus(attributes, root, path.substring(ROOT.length()));
  }

  @Override
  public FileStatus[] listStatus(Path directory) throws IOException {
    DirectoryListing listing = list(directory);
    FileStatus[] entries = new FileStatus[listing.fetched()];
    int count = 0;
    while (listing.hasNext()) {
      if (count == entries.length) {
        entries = Arrays.copyOf(entries, count + Math.max(count, listing.fetched()));
      }
      entries[count] = listing.next();
      count++;
    }
    return count == entries.length ? entries : Arrays.copyOf(entries, count);
  }

  @Override
  public RemoteIterator<FileStatus> listStatusIterator(Path directory) throws IOException {
    return RemoteIterators.typeCastingRemoteIterator(list(directory));
  }

  @Override
  protected RemoteIterator<LocatedFileStatus> listLocatedStatus(Path directory, PathFilter filter)
      throws IOException {
    return RemoteIterators.mappingRemoteIterator(
        RemoteIterators.filteringRemoteIterator(
            list(directory), status -> filter.accept(status.getPath())),
        status ->
            new LeatLocatedFileStatus(
                status,
                status.isFile() ? getFileBlockLocations(status, 0, status.getLen()) : null));
  }

  private DirectoryListing list(Path directory) throws IOException {
    return new DirectoryListing(calls, qualified(pathOf(directory)), config.listPage());
  }

  private Path qualified(String path) {
    return new Path(LeatKeys.SCHEME, uri.getAuthority(), path);
  }

  @Override
  public BlockLocation[] getFileBlockLocations(FileStatus file, long start, long length) {
    if (file == null) {
      return null;
    }
    long blockSize = file.getBlockSize() > 0 ? file.getBlockSize() : config.blockSize();
    return BlockLocations.of(file.getLen(), blockSize, start, length, config.hosts());
  }

  @Override
  public ContentSummary getContentSummary(Path root) throws IOException {
    return new ContentSummaries(calls, config.listPage()).of(qualified(pathOf(root)));
  }

  @Override
  public FileChecksum getFileChecksum(Path file, long length) throws IOException {
    if (length < 0) {
      throw new IllegalArgumentException("checksum of " + length + " bytes of " + file);
    }
    String path = pathOf(file);
    return calls.read(
        Operation.FILE_CHECKSUM,
        path,
        ns -> {
          try (FileReader reader = ns.open(path)) {
            return FileChecksums.compute(reader, length, config.checksums());
          }
        });
  }

  @Override
  public FsStatus getStatus(Path path) throws IOException {
    String name = path == null ? ROOT : pathOf(path);
    StorageUsage usage = calls.read(Operation.STATUS, name, ClientNamespace::usage);
    return new FsStatus(usage.capacityBytes(), usage.usedBytes(), usage.freeBytes());
  }

  @Override
  @SuppressWarnings("deprecation")
  public FsServerDefaults getServerDefaults() {
    int ioBuffer =
        getConf()
            .getInt(
                CommonConfigurationKeysPublic.IO_FILE_BUFFER_SIZE_KEY,
                CommonConfigurationKeysPublic.IO_FILE_BUFFER_SIZE_DEFAULT);
    return new FsServerDefaults(
        config.blockSize(),
        FileChecksums.BYTES_PER_CRC,
        PACKET_BYTES,
        REPLICATION,
        ioBuffer,
        false,
        CommonConfigurationKeysPublic.FS_TRASH_INTERVAL_DEFAULT,
        DataChecksum.Type.CRC32C,
        "");
  }

  @Override
  @SuppressWarnings("deprecation")
  public long getDefaultBlockSize() {
    return config.blockSize();
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    String name =
        PathCapabilitiesSupport.validatePathCapabilityArgs(makeQualified(path), capability);
    return Capabilities.has(name) || super.hasPathCapability(path, capability);
  }

  /** Every answer is the latest already. */
  @Override
  public void msync() {}

  // Attributes.

  @Override
  public void access(Path file, FsAction action) throws IOException {
    String path = pathOf(file);
    int bits = new FsPermission(action, FsAction.NONE, FsAction.NONE).toShort() >> 6;
    calls.change(Operation.ACCESS, path, ns -> ns.checkAccess(path, bits));
  }

  @Override
  public void setPermission(Path file, FsPermission permission) throws IOException {
    String path = pathOf(file);
    calls.change(
        Operation.SET_PERMISSION, path, ns -> ns.setPermission(path, permission.toShort()));
  }

  @Override
  public void setOwner(Path file, String owner, String group) throws IOException {
    if (owner == null && group == null) {
      throw new HadoopIllegalArgumentException("Both username and groupname are null for " + file);
    }
    String path = pathOf(file);
    calls.change(
        Operation.SET_OWNER,
        path,
        ns -> ns.setOwner(path, owner == null ? "" : owner, group == null ? "" : group));
  }

  @Override
  public void setTimes(Path file, long modified, long accessed) throws IOException {
    String path = pathOf(file);
    calls.change(Operation.SET_TIMES, path, ns -> ns.setTimes(path, modified, accessed));
  }

  /** Leat keeps one copy, mirrored by its volumes or not; true for files, as HDFS answers. */
  @Override
  public boolean setReplication(Path file, short replication) throws IOException {
    return getFileStatus(file).isFile();
  }

  @Override
  public void setXAttr(Path file, String name, byte[] value, EnumSet<XAttrSetFlag> flags)
      throws IOException {
    if (flags == null || flags.isEmpty()) {
      throw new HadoopIllegalArgumentException("A XAttr flag must be specified for " + name);
    }
    String path = pathOf(file);
    String checked = XAttrNames.checked(name);
    byte[] bytes = value == null ? new byte[0] : value;
    calls.change(
        Operation.XATTR_SET,
        path,
        ns ->
            ns.setXAttr(
                path,
                checked,
                bytes,
                flags.contains(XAttrSetFlag.CREATE),
                flags.contains(XAttrSetFlag.REPLACE)));
  }

  @Override
  public byte[] getXAttr(Path file, String name) throws IOException {
    return getXAttrs(file, List.of(name)).get(XAttrNames.checked(name));
  }

  @Override
  public Map<String, byte[]> getXAttrs(Path file) throws IOException {
    String path = pathOf(file);
    return calls.read(Operation.XATTR_GET, path, ns -> ns.getXAttrs(path, List.of()));
  }

  @Override
  public Map<String, byte[]> getXAttrs(Path file, List<String> names) throws IOException {
    if (names == null || names.isEmpty()) {
      throw new HadoopIllegalArgumentException("XAttr names can not be null or empty.");
    }
    String path = pathOf(file);
    List<String> checked = new ArrayList<>();
    for (String name : names) {
      checked.add(XAttrNames.checked(name));
    }
    return new LinkedHashMap<>(
        calls.read(Operation.XATTR_GET, path, ns -> ns.getXAttrs(path, checked)));
  }

  @Override
  public List<String> listXAttrs(Path file) throws IOException {
    return new ArrayList<>(getXAttrs(file).keySet());
  }

  @Override
  public void removeXAttr(Path file, String name) throws IOException {
    String path = pathOf(file);
    String checked = XAttrNames.checked(name);
    calls.change(Operation.XATTR_REMOVE, path, ns -> ns.removeXAttr(path, checked));
  }

  // State.

  @Override
  public boolean recoverLease(Path file) throws IOException {
    String path = pathOf(file);
    requireFile(path);
    return calls.read(Operation.RECOVER_LEASE, path, ns -> ns.recoverLease(path));
  }

  @Override
  public boolean isFileClosed(Path file) throws IOException {
    return !requireFile(pathOf(file)).underConstruction();
  }

  /** A file's attributes, or HDFS's words for what is not one. */
  private FileAttributes requireFile(String path) throws IOException {
    FileAttributes attributes;
    try {
      attributes = calls.read(Operation.FILE_STATUS, path, ns -> ns.status(path));
    } catch (FileNotFoundException e) {
      FileNotFoundException missing = new FileNotFoundException("File does not exist: " + path);
      missing.initCause(e);
      throw missing;
    }
    if (attributes.directory()) {
      throw new FileNotFoundException("Path is not a file: " + path);
    }
    return attributes;
  }

  /** True when safe mode is on afterwards. There is one owner to ask, checked or not. */
  @Override
  public boolean setSafeMode(SafeModeAction action, boolean isChecked) throws IOException {
    SafeModeChange change =
        switch (action) {
          case GET -> SafeModeChange.GET;
          case ENTER -> SafeModeChange.ENTER;
          case LEAVE, FORCE_EXIT -> SafeModeChange.LEAVE;
        };
    return calls.read(Operation.SAFE_MODE, ROOT, ns -> ns.safeMode(change));
  }
}
