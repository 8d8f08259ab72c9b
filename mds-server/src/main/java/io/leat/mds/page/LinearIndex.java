package io.leat.mds.page;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Finds records by a hash of what they are about: buckets in pages, each naming the first of its
 * records, which name one another.
 *
 * <p>It grows by linear hashing (Litwin, 1980): with every record added at most {@value
 * #BUCKETS_PER_RECORD} buckets are split, the next in their order, so that no addition pays for a
 * whole table. There are {@value #BUCKETS_PER_RECORD} buckets for each record there ever was at the
 * same time; they stay. Bucket {@code b} is the place {@code b} counted through the parts of the
 * index, so where its pages stand does not matter.
 *
 * <p>One thread at a time.
 */
public final class LinearIndex {

  static final int BUCKET_BYTES = Integer.BYTES;

  private static final int BUCKETS_PER_RECORD = 2;

  private final PageStore store;
  private final PageKind kind;
  private final RecordPages records;
  private final IntUnaryOperator hashOf;
  private final int bucketsInPage;

  /** The page of each part. */
  private int[] pages = new int[1];

  private int parts;
  private int buckets;

  /** Of the smallest power of two that is not below the number of buckets. */
  private int mask;

  private int size;

  /**
   * An empty index, without pages.
   *
   * @param hashOf the hash of a record, from what stands in it
   */
  public LinearIndex(PageStore store, PageKind kind, RecordPages records, IntUnaryOperator hashOf) {
    this.store = store;
    this.kind = kind;
    this.records = records;
    this.hashOf = hashOf;
    this.bucketsInPage = store.pageBytes() / BUCKET_BYTES - kind.firstIndex();
  }

  /** A hash of one number; part of the page format. */
  public static int hash(long number) {
    long mixed = (number ^ number >>> 32) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 29) * 0xbf58476d1ce4e5b9L;
    return (int) (mixed ^ mixed >>> 32);
  }

  /** A hash of two numbers; part of the page format. */
  public static int hash(long first, long second) {
    return hash(first * 0xd6e8feb86659fd93L + hash(second));
  }

  /** Pages that {@code more} records need which are not allocated yet. */
  public int pagesFor(int more) {
    long wanted = ((long) size + more) * BUCKETS_PER_RECORD;
    return (int) Math.max(0, (wanted + bucketsInPage - 1) / bucketsInPage - parts);
  }

  /** The first record whose hash may be {@code hash}; {@link RecordPages#next} has the others. */
  public int first(int hash) {
    return buckets == 0 ? References.NONE : get(bucketOf(hash));
  }

  /**
   * Adds a record.
   *
   * @throws IllegalStateException when there is no page for its buckets
   */
  public void add(int hash, int reference) {
    size++;
    for (int i = 0; i < BUCKETS_PER_RECORD && buckets < (long) size * BUCKETS_PER_RECORD; i++) {
      grow();
    }
    int bucket = bucketOf(hash);
    records.setNext(reference, get(bucket));
    put(bucket, reference);
  }

  /**
   * Takes a record out.
   *
   * @throws IllegalStateException when it is not there
   */
  public void remove(int hash, int reference) {
    int bucket = bucketOf(hash);
    int next = records.next(reference);
    int at = get(bucket);
    if (at == reference) {
      put(bucket, next);
    } else {
      while (at != References.NONE && records.next(at) != reference) {
        at = records.next(at);
      }
      if (at == References.NONE) {
        throw new IllegalStateException("record 0x%x is not in the index".formatted(reference));
      }
      records.setNext(at, next);
    }
    size--;
  }

  /** The hash's lower bits; one fewer where the bucket they name does not exist yet. */
  private int bucketOf(int hash) {
    int bucket = hash & mask;
    return bucket < buckets ? bucket : bucket & (mask >>> 1);
  }

  /** Adds a bucket and moves the records there that are its own now. */
  private void grow() {
    addBucket();
    if (buckets == 1) {
      return;
    }
    int added = buckets - 1;
    int from = added & ~Integer.highestOneBit(added);
    int reference = get(from);
    put(from, References.NONE);
    while (reference != References.NONE) {
      int next = records.next(reference);
      int bucket = bucketOf(hashOf.applyAsInt(reference));
      records.setNext(reference, get(bucket));
      put(bucket, reference);
      reference = next;
    }
  }

  private void addBucket() {
    int part = buckets / bucketsInPage;
    if (part == parts) {
      pages = parts == pages.length ? Arrays.copyOf(pages, parts * 2) : pages;
      pages[part] = store.allocate(kind, part);
      parts++;
    }
    store.putInt(pages[part], PageHeader.USED_AT, buckets % bucketsInPage + 1);
    mask |= buckets;
    put(buckets++, References.NONE);
  }

  private int get(int bucket) {
    return store.getInt(pages[bucket / bucketsInPage], position(bucket));
  }

  private void put(int bucket, int reference) {
    store.putInt(pages[bucket / bucketsInPage], position(bucket), reference);
  }

  private int position(int bucket) {
    return PageHeader.BYTES + bucket % bucketsInPage * BUCKET_BYTES;
  }
}
