package io.leat.client;

import com.google.protobuf.ByteString;
import io.leat.client.engine.ClientEngine;
import io.leat.client.engine.Messages;
import io.leat.client.engine.OpenFile;
import io.leat.client.engine.StreamContext;
import io.leat.client.engine.StreamReader;
import io.leat.client.engine.StreamWriter;
import io.leat.client.engine.WriteBuffers;
import io.leat.client.engine.WriteGrant;
import io.leat.model.FileAttributes;
import io.leat.wire.listing.ListingPage;
import io.leat.wire.proto.CheckAccess;
import io.leat.wire.proto.Concat;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Delete;
import io.leat.wire.proto.GetPath;
import io.leat.wire.proto.GetUsage;
import io.leat.wire.proto.GetXAttrs;
import io.leat.wire.proto.Listing;
import io.leat.wire.proto.MakeDirectories;
import io.leat.wire.proto.PathResult;
import io.leat.wire.proto.RecoverLease;
import io.leat.wire.proto.RemoveXAttr;
import io.leat.wire.proto.Rename;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SafeMode;
import io.leat.wire.proto.SafeModeAction;
import io.leat.wire.proto.SetOwner;
import io.leat.wire.proto.SetPermission;
import io.leat.wire.proto.SetTimes;
import io.leat.wire.proto.SetXAttr;
import io.leat.wire.proto.Truncate;
import io.leat.wire.proto.Usage;
import io.leat.wire.proto.XAttr;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Turns calls into requests and replies into values. */
final class RemoteNamespace implements ClientNamespace {

  private final String user;
  private final EngineDriver driver;
  private final StreamContext context;
  private final WriteBuffers writeBuffers;

  RemoteNamespace(
      String user, EngineDriver driver, StreamContext context, WriteBuffers writeBuffers) {
    this.user = user;
    this.driver = driver;
    this.context = context;
    this.writeBuffers = writeBuffers;
  }

  @Override
  public String user() {
    return user;
  }

  private Reply ask(Request.Builder request) throws IOException {
    return driver.call(engine -> engine.call(user, request));
  }

  private Reply once(Request.Builder request) throws IOException {
    return driver.call(engine -> engine.callOnce(user, request));
  }

  @Override
  public FileAttributes status(String path) throws IOException {
    return driver.call(engine -> engine.status(user, path));
  }

  @Override
  public DirectoryPage list(String path, String after, int limit) throws IOException {
    Listing listing = driver.call(engine -> engine.list(user, path, after, limit));
    ListingPage page = ListingPage.of(listing.getPage());
    return new DirectoryPage(new PageEntries(page), listing.getMore());
  }

  @Override
  public void makeDirectories(String path, int mode, boolean createParents) throws IOException {
    once(
        Request.newBuilder()
            .setMakeDirectories(
                MakeDirectories.newBuilder()
                    .setPath(path)
                    .setMode(mode)
                    .setCreateParents(createParents)));
  }

  @Override
  public FileWriter create(String path, CreateOptions options) throws IOException {
    long stream = driver.confined(engine -> engine.newStream());
    Create.Builder create =
        Create.newBuilder()
            .setPath(path)
            .setMode(options.mode())
            .setOverwrite(options.overwrite())
            .setCreateParents(options.createParents())
            .setBlockSize(options.blockSize())
            .setReplication(options.replication())
            .setStream(stream);
    return writer(
        path,
        engine ->
            options.range().isPresent()
                ? engine.create(user, create, options.range().get())
                : engine.create(user, create));
  }

  @Override
  public FileWriter append(String path) throws IOException {
    long stream = driver.confined(engine -> engine.newStream());
    return writer(path, engine -> engine.append(user, path, stream));
  }

  private FileWriter writer(
      String path, Function<ClientEngine, CompletableFuture<WriteGrant>> opening)
      throws IOException {
    WriteGrant granted = driver.call(opening, ClientEngine::abandon);
    return new RemoteFileWriter(new StreamWriter(path, granted, context, writeBuffers), driver);
  }

  @Override
  public FileReader open(String path) throws IOException {
    OpenFile file = driver.call(engine -> engine.open(user, path), ClientEngine::close);
    return reader(path, file);
  }

  @Override
  public FileReader open(long fileId) throws IOException {
    OpenFile file = driver.call(engine -> engine.open(user, fileId), ClientEngine::close);
    return reader("file " + fileId, file);
  }

  private FileReader reader(String name, OpenFile file) {
    return new RemoteFileReader(name, new StreamReader(name, file, context), driver);
  }

  @Override
  public void rename(String source, String destination, boolean overwrite, boolean intoDirectory)
      throws IOException {
    once(
        Request.newBuilder()
            .setRename(
                Rename.newBuilder()
                    .setSource(source)
                    .setDestination(destination)
                    .setOverwrite(overwrite)
                    .setIntoDirectory(intoDirectory)));
  }

  @Override
  public boolean delete(String path, boolean recursive) throws IOException {
    return once(Request.newBuilder()
            .setDelete(Delete.newBuilder().setPath(path).setRecursive(recursive)))
        .getDeleted()
        .getExisted();
  }

  @Override
  public FileAttributes truncate(String path, long size) throws IOException {
    Reply reply =
        once(Request.newBuilder().setTruncate(Truncate.newBuilder().setPath(path).setSize(size)));
    return Messages.attributes(reply.getStatus().getStatus());
  }

  @Override
  public void concat(String target, List<String> sources) throws IOException {
    once(
        Request.newBuilder()
            .setConcat(Concat.newBuilder().setTarget(target).addAllSources(sources)));
  }

  @Override
  public void setPermission(String path, int mode) throws IOException {
    once(
        Request.newBuilder()
            .setSetPermission(SetPermission.newBuilder().setPath(path).setMode(mode)));
  }

  @Override
  public void setOwner(String path, String owner, String group) throws IOException {
    once(
        Request.newBuilder()
            .setSetOwner(SetOwner.newBuilder().setPath(path).setOwner(owner).setGroup(group)));
  }

  @Override
  public void setTimes(String path, long modifiedMillis, long accessedMillis) throws IOException {
    once(
        Request.newBuilder()
            .setSetTimes(
                SetTimes.newBuilder()
                    .setPath(path)
                    .setModifiedMillis(modifiedMillis)
                    .setAccessedMillis(accessedMillis)));
  }

  @Override
  public void setXAttr(
      String path, String name, byte[] value, boolean mayCreate, boolean mayReplace)
      throws IOException {
    once(
        Request.newBuilder()
            .setSetXattr(
                SetXAttr.newBuilder()
                    .setPath(path)
                    .setName(name)
                    .setValue(ByteString.copyFrom(value))
                    .setMayCreate(mayCreate)
                    .setMayReplace(mayReplace)));
  }

  @Override
  public Map<String, byte[]> getXAttrs(String path, List<String> names) throws IOException {
    Reply reply =
        ask(
            Request.newBuilder()
                .setGetXattrs(GetXAttrs.newBuilder().setPath(path).addAllNames(names)));
    Map<String, byte[]> xattrs = new LinkedHashMap<>();
    for (XAttr xattr : reply.getXattrs().getEntriesList()) {
      xattrs.put(xattr.getName(), xattr.getValue().toByteArray());
    }
    return xattrs;
  }

  @Override
  public void removeXAttr(String path, String name) throws IOException {
    once(Request.newBuilder().setRemoveXattr(RemoveXAttr.newBuilder().setPath(path).setName(name)));
  }

  @Override
  public void checkAccess(String path, int action) throws IOException {
    ask(
        Request.newBuilder()
            .setCheckAccess(CheckAccess.newBuilder().setPath(path).setAction(action)));
  }

  @Override
  public boolean recoverLease(String path) throws IOException {
    return once(Request.newBuilder().setRecoverLease(RecoverLease.newBuilder().setPath(path)))
        .getLeaseRecovered()
        .getClosed();
  }

  @Override
  public StorageUsage usage() throws IOException {
    Usage usage = ask(Request.newBuilder().setGetUsage(GetUsage.getDefaultInstance())).getUsage();
    return new StorageUsage(
        usage.getCapacityBytes(), usage.getUsedBytes(), usage.getFreeBytes(), usage.getFiles());
  }

  @Override
  public boolean safeMode(SafeModeChange change) throws IOException {
    SafeModeAction action =
        switch (change) {
          case GET -> SafeModeAction.SAFE_MODE_GET;
          case ENTER -> SafeModeAction.SAFE_MODE_ENTER;
          case LEAVE -> SafeModeAction.SAFE_MODE_LEAVE;
        };
    return ask(Request.newBuilder().setSafeMode(SafeMode.newBuilder().setAction(action)))
        .getSafeMode()
        .getOn();
  }

  @Override
  public LocatedFile locate(long fileId) throws IOException {
    PathResult found =
        ask(Request.newBuilder().setGetPath(GetPath.newBuilder().setFileId(fileId))).getPath();
    return new LocatedFile(found.getPath(), Messages.attributes(found.getStatus()));
  }
}
