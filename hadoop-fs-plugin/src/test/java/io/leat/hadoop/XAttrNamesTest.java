package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.apache.hadoop.HadoopIllegalArgumentException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;

class XAttrNamesTest {

  @Test
  void shouldTakeUserAndTrustedNames() throws IOException {
    assertEquals("user.a.B", XAttrNames.checked("USER.a.B"));
    assertEquals("trusted.x", XAttrNames.checked("trusted.x"));
  }

  @Test
  void shouldKeepTheFileSystemsNamesToItself() {
    for (String name : new String[] {"system.x", "security.x", "raw.x"}) {
      assertThrows(AccessControlException.class, () -> XAttrNames.checked(name));
    }
  }

  @Test
  void shouldRefuseOtherAndEmptyNames() {
    for (String name : new String[] {null, "", "x", "other.x", "user", "user."}) {
      assertThrows(HadoopIllegalArgumentException.class, () -> XAttrNames.checked(name));
    }
  }
}
