package io.leat.mds.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.mds.token.TokenTable;
import io.leat.model.TokenSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Pages of version 1 stay what they were: other servers use them as they arrive. */
final class PageFormatTest {

  private static final String GOLDEN = "/golden/service-pages-v1.txt";
  private static final int LINE_BYTES = 32;

  @Test
  void shouldStillWriteGoldenPages() throws IOException {
    try (PageStore store = new PageStore(PageTag.of("golden"), PageStore.PAGE_BYTES_MIN, 100)) {
      fill(new TokenTable(store, 1_000));
      assertEquals(golden(), dump(store));
    }
  }

  /** Every kind of page, a free one too; lists, buckets and files with several records. */
  private static void fill(TokenTable table) {
    for (long file = 2; file <= 16; file++) {
      assertEquals(999 + file, table.grant(file, 1, TokenSet.WRITER).number());
    }
    table.claim(2, 2, TokenSet.READER, 77);
    table.claim(2, 0x1122334455667788L, TokenSet.READER, 78);
    table.restrict(3, 1, TokenSet.NONE);
    for (long file = 20; file <= 30; file++) {
      table.claim(file, 3, TokenSet.READER, file);
    }
    table.dropSession(3, file -> assertEquals(false, table.isOpen(file)));
    for (long file = 10; file <= 16; file++) {
      table.drop(file, 1);
    }
  }

  private static String dump(PageStore store) {
    StringBuilder text = new StringBuilder();
    for (int page = 0; page < PageStore.ARENA_PAGES; page++) {
      byte[] bytes = store.copyOf(page);
      for (int at = 0; at < bytes.length; at += LINE_BYTES) {
        String line = HexFormat.of().formatHex(bytes, at, at + LINE_BYTES);
        if (!line.matches("0*")) {
          text.append("%02d %03x %s\n".formatted(page, at, line));
        }
      }
    }
    return text.toString();
  }

  private static String golden() throws IOException {
    try (InputStream in = PageFormatTest.class.getResourceAsStream(GOLDEN)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
