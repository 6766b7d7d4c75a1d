package dev.lockstep.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("browser")
class BrowserTest {
  @TempDir Path folder;

  @Test
  void opensAPageAtAWidthAndHearsItsConsole() throws IOException {
    Path page = folder.resolve("page.html");
    Files.writeString(
        page,
        """
        <!doctype html><meta name="viewport" content="width=device-width"><title>t</title>
        <script>console.error('a complaint'); console.log('none')</script>
        """);
    try (Browser browser = Browser.start(folder)) {
      browser.open(page, 360, 740, true);
      assertThat(browser.script("return innerWidth")).isEqualTo(360L);
      assertThat(browser.script("return matchMedia('(prefers-color-scheme: dark)').matches"))
          .isEqualTo(true);
      assertThat(browser.complaints()).singleElement().asString().contains("a complaint");
      assertThat(browser.complaints()).isEmpty();
    }
  }
}
