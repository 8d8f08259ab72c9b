package io.leat.mds.image;

import java.util.Arrays;

/**
 * Reads an overlay and, where that says nothing, what lies below it; what transaction and snapshot
 * of a {@link WriteBehindImage} have in common.
 */
abstract class OverlayReader implements ImageReader {

  /**
   * The overlay as it is now.
   *
   * @throws IllegalStateException when the reader is no longer usable
   */
  abstract Overlay overlay();

  /** What the overlay lies on. */
  abstract ImageReader below();

  /** Whether neither of them changes. */
  abstract boolean isFixed();

  @Override
  public final byte[] get(byte[] key) {
    Keys.requireKey(key);
    Treap node = overlay().find(key);
    if (node == null) {
      return below().get(key);
    }
    return node.value == null ? null : node.value.clone();
  }

  @Override
  public final boolean contains(byte[] key) {
    Keys.requireKey(key);
    Treap node = overlay().find(key);
    return node == null ? below().contains(key) : node.value != null;
  }

  @Override
  public final void scan(byte[] prefix, byte[] from, EntryVisitor visitor) {
    Keys.requirePrefix(prefix);
    byte[] start = Keys.scanStart(prefix, from);
    Keys.requirePlace(start);
    if (isFixed() && isSilent(prefix, start)) {
      below().scan(prefix, start, visitor);
    } else {
      new Merge(prefix, visitor).run(start);
    }
  }

  /** Whether the overlay says nothing of keys with the prefix, from a place on. */
  private boolean isSilent(byte[] prefix, byte[] start) {
    Treap first = new TreapCursor(overlay().tree(), start, true).next();
    return first == null || !Keys.startsWith(first.key, prefix);
  }

  @Override
  public final Entry floor(byte[] prefix, byte[] key) {
    Keys.requirePrefix(prefix);
    Keys.requirePlace(key);
    Treap tree = overlay().tree();
    Treap above = Treap.floor(tree, prefix, key);
    byte[] place = key;
    while (above != null) {
      Entry entry = below().floor(prefix, place);
      if (entry != null && Keys.compare(entry.key(), above.key) > 0) {
        return entry;
      }
      if (above.value != null) {
        return new Entry(above.key.clone(), above.value.clone());
      }
      place = Keys.predecessor(above.key);
      above = Treap.floor(tree, prefix, place);
    }
    return below().floor(prefix, place);
  }

  /** One scan: the entries below in their order, and those of the overlay in between. */
  private final class Merge implements EntryVisitor {
    private final byte[] prefix;
    private final EntryVisitor visitor;
    private Treap tree;
    private TreapCursor cursor;

    /** The overlay's next node, or null. */
    private Treap next;

    /** The key that was handed over last; the visitor may have changed its own array. */
    private byte[] last;

    private boolean ended;
    private boolean again;

    Merge(byte[] prefix, EntryVisitor visitor) {
      this.prefix = prefix;
      this.visitor = visitor;
    }

    void run(byte[] start) {
      seek(start, true);
      below().scan(prefix, start, this);
      handRest();
      while (again) { // what was above lies below now, or is no more
        again = false;
        below().scan(prefix, Arrays.copyOf(last, last.length + 1), this);
        handRest();
      }
    }

    private void seek(byte[] place, boolean inclusive) {
      tree = overlay().tree();
      cursor = new TreapCursor(tree, place, inclusive);
      next = cursor.next();
    }

    @Override
    public boolean visit(byte[] key, byte[] value) {
      while (next != null && Keys.compare(next.key, key) < 0) {
        if (!handNext()) {
          return false;
        }
      }
      boolean changed = next != null && Keys.compare(next.key, key) == 0;
      return changed ? handNext() : hand(key.clone(), key, value);
    }

    private void handRest() {
      boolean on = !ended && !again;
      while (on && next != null && Keys.startsWith(next.key, prefix)) {
        on = handNext();
      }
    }

    /** Hands over what the overlay has next, unless that is the mark of a deleted entry. */
    private boolean handNext() {
      Treap node = next;
      next = cursor.next();
      return node.value == null || hand(node.key, node.key.clone(), node.value.clone());
    }

    private boolean hand(byte[] place, byte[] key, byte[] value) {
      last = place;
      ended = !visitor.visit(key, value);
      if (!ended && overlay().tree() != tree) {
        seek(last, false);
        again = tree == null;
      }
      return !ended && !again;
    }
  }
}
