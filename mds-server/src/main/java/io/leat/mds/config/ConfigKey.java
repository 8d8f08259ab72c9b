package io.leat.mds.config;

import io.leat.mds.takeover.Detection;
import io.leat.model.Extent;
import java.util.Objects;

/**
 * Every key that a server reads, each once: name, type, default, range and what it is for. The page
 * {@code docs/configuration.md} is written from this list.
 *
 * <p>Where a key stands for each virtual server, its name holds {@value #NAME} in the place of the
 * virtual server's name.
 */
public enum ConfigKey {
  DATA_DIR(
      "leat.data.dir",
      ValueType.PATH,
      "the directory above that of this file",
      "Directory that relative paths in this file start from."),
  MDS_NAME(
      "leat.mds.name",
      ValueType.TEXT,
      null,
      "Name of this server in its cell; it owns the journal lane of that name, so it must never be"
          + " given to another server."),
  MDS_HOST(
      "leat.mds.host",
      ValueType.TEXT,
      "127.0.0.1",
      "Address to listen on; clients and other servers must reach it. An embedded cell keeps to the"
          + " loopback interface."),
  MDS_PORT(
      "leat.mds.port",
      8540,
      0,
      65_535,
      "Port to listen on; 0 takes a free one. An embedded cell chooses one at its first start and"
          + " keeps it."),
  MDS_VIRTUAL_SERVERS(
      "leat.mds.virtual-servers",
      ValueType.NAMES,
      "",
      "Virtual servers that this server may serve, and makes where they are not there yet; each is the"
          + " authority of URIs, leat://NAME/. Of the servers that name one, one owns it and the others"
          + " stand by. Beside these a server has those that 'leat vs create' has made it a candidate"
          + " for."),
  ZOOKEEPER_CONNECT(
      "leat.zookeeper.connect",
      ValueType.TEXT,
      "",
      "ZooKeeper servers as host:port,host:port. Empty: a ZooKeeper of its own, inside the process,"
          + " for a single server only."),
  ZOOKEEPER_ROOT(
      "leat.zookeeper.root",
      ValueType.TEXT,
      "/leat",
      "ZooKeeper path of the cell; every server of the cell has the same."),
  ZOOKEEPER_SESSION_TIMEOUT(
      "leat.zookeeper.session.timeout",
      ValueType.DURATION,
      "10s",
      1_000,
      300_000,
      "How long this server stays a member of the cell after ZooKeeper last heard of it."),
  ZOOKEEPER_PORT(
      "leat.zookeeper.port",
      0,
      0,
      65_535,
      "Loopback port of the ZooKeeper inside the process; 0 takes a free one, which an embedded"
          + " cell keeps. Without effect where leat.zookeeper.connect is set."),
  CLIENT_LEASE(
      "leat.client.lease",
      ValueType.DURATION,
      "20s",
      1_000,
      600_000,
      "How long a client's tokens stay valid without a renewal, and so how long others wait for the"
          + " files of a client that died."),
  TAKEOVER_GONE(
      "leat.takeover.gone",
      ValueType.DURATION,
      "1s",
      Detection.GONE_MILLIS_MIN,
      Detection.GONE_MILLIS_MAX,
      "How long a virtual server's owner may give no sign of life before another server that has the"
          + " virtual server in leat.mds.virtual-servers takes it over."),
  TAKEOVER_HUNG(
      "leat.takeover.hung",
      ValueType.DURATION,
      "5s",
      Detection.GONE_MILLIS_MIN,
      Detection.HUNG_MILLIS_MAX,
      "As leat.takeover.gone, for an owner whose process lives while the virtual server stands still;"
          + " not less than that."),
  TAKEOVER_GIVEBACK(
      "leat.takeover.giveback",
      ValueType.DURATION,
      "60s",
      0,
      86_400_000,
      "How long the preferred candidate of a virtual server, the first one that 'leat vs show' lists,"
          + " has to stand by before the owner gives the virtual server back to it. 0s: only by"
          + " 'leat vs giveback'."),
  SESSION_REPLY_SLOTS(
      "leat.session.reply-slots",
      64,
      1,
      1_024,
      "Changes that one client may have in flight at a time; each has a slot that makes its retry"
          + " harmless."),
  SUPERUSER_GROUP(
      "leat.superuser.group",
      ValueType.TEXT,
      "",
      "Members of this group may do everything, as may the user of the server's process. Empty: no"
          + " group."),
  VOLUME_SIZE(
      "leat.volume.size",
      ValueType.BYTES,
      "32g",
      64L << 20,
      1L << 50,
      "Size of the volume file that an embedded cell makes at its first start; the file is sparse,"
          + " and smaller where the disk has less free space."),
  VOLUME_DIRECT(
      "leat.volume.direct",
      ValueType.FLAG,
      "false",
      "Read and write volumes past the page cache (O_DIRECT); needed where more than one host uses a"
          + " volume."),
  VOLUME_SYNC_INTERVAL(
      "leat.volume.sync.interval",
      ValueType.DURATION,
      "5s",
      100,
      600_000,
      "How often a volume that is not direct is flushed while it is written. What was written later"
          + " and not hsynced is refused after a crash of the host."),
  INLINE_SIZE_MAX(
      "leat.inline.size.max",
      ValueType.BYTES,
      "4k",
      0,
      Extent.INLINE_BYTES_MAX,
      "A file that ends with at most so many bytes stands in the namespace image instead of on the"
          + " volume, unless it was flushed while it was written. 0: none does. Each takes two pages"
          + " of the image, 8 KiB, at most. A change holds for files that are written later."),
  IMAGE_SIZE(
      "leat.image.size",
      ValueType.BYTES,
      "4g",
      1L << 20,
      1L << 42,
      "Largest size of a virtual server's namespace image on this host; about 1 KiB a file is"
          + " plenty, and 8 KiB more for each whose bytes stand in it (leat.inline.size.max). New"
          + " files are refused when it is nearly full."),
  CHECKPOINT_JOURNAL_BYTES(
      "leat.checkpoint.journal.bytes",
      ValueType.BYTES,
      "256m",
      1L << 20,
      1L << 40,
      "Journal after which a virtual server's image is saved in a checkpoint: what a restart has to"
          + " replay at most. The journal is a ring of 8 segments of 64 MiB; where that is full, a"
          + " checkpoint is made at once and requests wait for it."),
  VS_METADATA(
      "leat.vs.NAME.metadata",
      ValueType.PATH,
      "virtual-servers/NAME/metadata",
      "Directory of the virtual server's metadata area: epochs and journals. Or three of them,"
          + " separated by commas, each on a device of its own: any two are enough. Or 'device:' and"
          + " the path of a block device that hosts share, on which 'leat vs create' has made it."),
  VS_IMAGE(
      "leat.vs.NAME.image",
      ValueType.PATH,
      "virtual-servers/NAME/image",
      "Directory of the virtual server's namespace image, a cache of the journal on this host."),
  VS_IMAGE_SIZE(
      "leat.vs.NAME.image.size",
      ValueType.BYTES,
      "the value of leat.image.size",
      1L << 20,
      1L << 42,
      "As leat.image.size, for this virtual server."),
  VS_VOLUME(
      "leat.vs.NAME.volume",
      ValueType.PATH,
      "volumes/NAME.vol",
      "File or block device of the virtual server's volume."),
  VS_VOLUME_NAME(
      "leat.vs.NAME.volume.name",
      ValueType.TEXT,
      "NAME",
      "Name of that volume; clients mean it by fs.leat.path.VOLUME."),
  VS_VOLUME_DIRECT(
      "leat.vs.NAME.volume.direct",
      ValueType.FLAG,
      "the value of leat.volume.direct",
      "As leat.volume.direct, for this virtual server.");

  /** Stands for a virtual server's name in a key or a default. */
  public static final String NAME = "NAME";

  /** What every server key starts with. */
  public static final String PREFIX = "leat.";

  private final String template;
  private final ValueType type;
  private final String defaultText;
  private final long min;
  private final long max;
  private final String description;

  ConfigKey(String template, ValueType type, String defaultText, String description) {
    this(template, type, defaultText, 0, 0, description);
  }

  ConfigKey(String template, long defaultCount, long min, long max, String description) {
    this(template, ValueType.COUNT, Long.toString(defaultCount), min, max, description);
  }

  ConfigKey(
      String template, ValueType type, String defaultText, long min, long max, String description) {
    this.template = Objects.requireNonNull(template);
    this.type = type;
    this.defaultText = defaultText;
    this.min = min;
    this.max = max;
    this.description = description;
  }

  /** The key, with {@value #NAME} where it is one of a virtual server. */
  public String template() {
    return template;
  }

  /** The key of one virtual server; the plain key where it is not one of a virtual server. */
  public String of(String virtualServer) {
    return template.replace(NAME, virtualServer);
  }

  public ValueType type() {
    return type;
  }

  /** True where it must be given. */
  public boolean required() {
    return defaultText == null;
  }

  /**
   * The default as one would write it, or in words where it comes from elsewhere.
   *
   * @throws IllegalStateException when the key has no default
   */
  public String defaultText() {
    if (defaultText == null) {
      throw new IllegalStateException(template + " has no default");
    }
    return defaultText;
  }

  /** Smallest value (count, bytes, milliseconds). */
  public long min() {
    return min;
  }

  /** Largest value; 0 where the type has no range. */
  public long max() {
    return max;
  }

  /** One sentence or two. */
  public String description() {
    return description;
  }

  /** The values it takes, for people. */
  public String range() {
    return max == 0 ? type.form() : ValueText.of(type, min) + " to " + ValueText.of(type, max);
  }

  /** Whether {@code key} is this key, for some virtual server where it is one of those. */
  boolean matches(String key) {
    int at = template.indexOf(NAME);
    if (at < 0) {
      return template.equals(key);
    }
    String before = template.substring(0, at);
    String after = template.substring(at + NAME.length());
    return key.length() > before.length() + after.length()
        && key.startsWith(before)
        && key.endsWith(after)
        && key.substring(at, key.length() - after.length()).indexOf('.') < 0;
  }
}
