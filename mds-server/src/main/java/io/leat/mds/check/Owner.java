package io.leat.mds.check;

/** Who may own blocks, packed with an id into one number. */
enum Owner {
  FREE(0, "free space"),
  EXTENT(1, "an extent of file %s"),
  PINNED(2, "pinned by file %s"),
  QUARANTINED(3, "in quarantine for session %s"),
  DELEGATED(4, "delegated with the write lease of file %s"),
  HEADER(5, "the volume's header"),
  POOLED(6, "kept for small files of session %s");

  private static final int ID_BITS = 60;
  private static final long ID_MASK = (1L << ID_BITS) - 1;

  private final int number;
  private final String text;

  Owner(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /** Ids above 60 bits lose their highest ones, in messages only. */
  long pack(long id) {
    return ((long) number << ID_BITS) | (id & ID_MASK);
  }

  static Owner of(long packed) {
    return switch ((int) (packed >>> ID_BITS)) {
      case 0 -> FREE;
      case 1 -> EXTENT;
      case 2 -> PINNED;
      case 3 -> QUARANTINED;
      case 4 -> DELEGATED;
      case 6 -> POOLED;
      default -> HEADER;
    };
  }

  /** For a person. */
  static String describe(long packed, InodeIndex index) {
    Owner owner = of(packed);
    long id = packed & ID_MASK;
    boolean file = owner == EXTENT || owner == PINNED || owner == DELEGATED;
    return owner.text.formatted(file ? index.describe(id) : Long.toString(id));
  }
}
