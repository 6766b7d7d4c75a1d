package dev.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.testing.Browser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chromium.HasCdp;

/** Reports as Chromium shows them. */
@Tag("browser")
class ReportBrowserTest {
  @TempDir static Path folder;
  private static Browser browser;
  private static Path one;
  private static Path three;
  private static Path walks;

  @BeforeAll
  static void open() throws IOException {
    RunDirectory professor =
        TestRun.begin(folder.resolve("chars-professor-forcing"), "professor-forcing")
            .complete()
            .directory();
    RunDirectory teacher =
        TestRun.begin(
                folder.resolve("chars-teacher-forcing-with-a-name-that-is-rather-long"),
                "teacher-forcing",
                "generator.hidden=700")
            .complete()
            .directory();
    RunDirectory young =
        TestRun.begin(folder.resolve("chars-young"), "professor-forcing").rounds(1).directory();
    one = page("one.html", professor);
    three = page("three.html", professor, teacher, young);
    walks =
        page(
            "walks.html",
            TestRun.begin(folder.resolve("walks"), "walkback").rounds(3).walks().directory());
    browser = Browser.start(folder);
  }

  @AfterAll
  static void close() {
    browser.close();
  }

  private static Path page(String name, RunDirectory... runs) throws IOException {
    return Files.writeString(folder.resolve(name), Report.of(Arrays.asList(runs)).html());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 360, false", "1, 360, true", "1, 1280, false", "1, 1280, true",
    "3, 360, false", "3, 360, true", "3, 1280, false", "3, 1280, true"
  })
  void isReadableAtAnyWidthByDayAndByNight(int runs, int width, boolean dark) throws IOException {
    isReadable(runs == 1 ? one : three, width, dark);
  }

  /** Runs that were trained, evaluated and drawn from by the commands, before this test. */
  @ParameterizedTest
  @CsvSource({"360, false", "360, true", "1280, false", "1280, true"})
  @EnabledIfSystemProperty(named = "lockstep.report", matches = ".+")
  void theReportOfRealRunsIsReadable(int width, boolean dark) throws IOException {
    isReadable(Path.of(System.getProperty("lockstep.report")), width, dark);
    assertThat(titles("caption")).contains("Results", "n-grams and repeats", "Differences");
    assertThat(browser.script("return document.querySelectorAll('figure.chart').length"))
        .asInstanceOf(LONG)
        .isGreaterThan(8);
  }

  private static void isReadable(Path page, int width, boolean dark) throws IOException {
    show(page, width, dark);

    for (Object details :
        (List<?>) browser.script("return [...document.querySelectorAll('details')]")) {
      browser.script("arguments[0].open = true", details);
    }
    // What was opened is laid out, and hints are there, before the frame after the next.
    browser.script(
        "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    Map<?, ?> layout = (Map<?, ?>) browser.script(resource("layout.js"), width);
    assertThat((List<?>) layout.get("complaints")).isEmpty();
    assertThat((Long) layout.get("texts")).isGreaterThan(200);
    assertThat(browser.script("return getComputedStyle(document.body).backgroundColor"))
        .isEqualTo(dark ? "rgb(20, 24, 30)" : "rgb(255, 255, 255)");
    assertThat(browser.complaints()).isEmpty();
  }

  /** Opens a page and waits until its charts are drawn. */
  private static void show(Path page, int width, boolean dark) {
    browser.open(page, width, 800, dark);
    await(
        """
        [...document.querySelectorAll('figure.chart, figure.map')].every(f => f.querySelector('svg[role=img]'))
        """);
  }

  /** Waits, as long as scripts may take, until an expression of the page is true. */
  private static void await(String expression) {
    browser.script(
        """
        return new Promise(done => {
          const look = () => (%s) ? done() : requestAnimationFrame(look);
          look();
        })
        """
            .formatted(expression));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ReportBrowserTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void drawsEveryCurveOfARun() {
    show(one, 1280, false);

    assertThat(titles("figure.chart h3"))
        .containsExactly(
            "Bits a symbol (BPC)",
            "C_d",
            "C_f",
            "C_t",
            "Discriminator accuracy",
            "Generator’s gate",
            "Discriminator’s gate",
            "Gradients of the generator’s loss",
            "Speed",
            "Centroid distance",
            "Mean pair distance",
            "Maximum mean discrepancy");
    // Lines that go somewhere: as long a way as their box is wide.
    assertThat(
            browser.script(
                """
                return [...document.querySelectorAll('figure.chart svg[role=img]')].map(svg =>
                    Math.min(...[...svg.querySelectorAll('path.line')].map(line =>
                        line.getTotalLength() / svg.clientWidth)) > 0.7)
                """))
        .asInstanceOf(LIST)
        .hasSize(12)
        .containsOnly(true);
    assertThat(
            browser.script(
                "return document.querySelectorAll('figure.map svg[role=img] .marker').length"))
        .isEqualTo(200L);
  }

  @Test
  void tellsTheNumbersInTables() {
    show(three, 1280, false);

    assertThat(titles("caption"))
        .containsExactly(
            "Results",
            "Training",
            "Drift beyond the training length",
            "What a fresh discriminator tells beyond the training length",
            "Statistics",
            "n-grams and repeats",
            "Differences");
    assertThat(row("Results", 11))
        .containsExactly(
            "mean pair distance in t-SNE space", "24.20 ± 0.4000", "24.20 ± 0.4000", "–");
    assertThat(row("n-grams and repeats", 2))
        .startsWith("chars-professor-forcing", "1", "data", "0.02000", "0.2500")
        .endsWith("0.3000", "44", "40");
    assertThat(titles("section li code"))
        .hasSize(2)
        .satisfiesExactly(
            evaluate -> assertThat(evaluate).startsWith("bin/lockstep evaluate "),
            generate -> assertThat(generate).startsWith("bin/lockstep generate "));
  }

  @Test
  void tellsTheWalksOfAnOperator() {
    show(walks, 360, false);

    assertThat(titles("caption"))
        .contains("Likelihood by walks", "Chains")
        .doesNotContain("Results");
    assertThat(row("Likelihood by walks", 2))
        .containsExactly("walks", "10", "-805.5", "-780.3", "1.436", "20", "1.250");
    assertThat(row("Chains", 1)).startsWith("walks", "200", "0.3100", "0.05000").endsWith("–");
    assertThat(browser.complaints()).isEmpty();
  }

  private static List<String> row(String table, int number) {
    String path = "//table[caption='%s']/tbody/tr[%d]/*".formatted(table, number);
    return browser.driver().findElements(By.xpath(path)).stream().map(e -> e.getText()).toList();
  }

  @Test
  void everyFigureHasWordsForThoseWhoDoNotSeeIt() {
    show(one, 1280, false);

    assertThat(
            browser.script(
                "return document.querySelector('svg[role=img]').getAttribute('aria-label')"))
        .isEqualTo(
            "Bits a symbol (BPC), bits a symbol by round:"
                + " training from 5.338 to 2.302; validation from 3.488 to 2.446");
    assertThat(
            browser.script(
                "return [...document.querySelectorAll('img, audio, svg:not([aria-hidden])')]"
                    + ".filter(e => !e.getAttribute('alt') && !e.getAttribute('aria-label')).length"))
        .isEqualTo(0L);
  }

  private static List<String> titles(String selector) {
    return browser.driver().findElements(By.cssSelector(selector)).stream()
        .map(e -> e.getText())
        .toList();
  }

  @Test
  void tellsRunsApartWithoutColour() {
    show(three, 1280, false);

    assertThat(
            browser.script(
                """
                const chart = [...document.querySelectorAll('figure.chart')].find(f => f.textContent.includes('Centroid'));
                return new Set([...chart.querySelectorAll('.legend .line:not(.thin)')]
                    .map(line => line.getAttribute('stroke-dasharray'))).size
                  + new Set([...chart.querySelectorAll('.legend .marker')].map(m => m.getAttribute('d'))).size
                """))
        .isEqualTo(4L);
  }

  @Test
  void showsPicturesAndPlaysSound() {
    show(one, 360, false);

    assertThat(
            browser.script(
                "return [...document.querySelectorAll('img')].map(i => i.complete && i.naturalWidth > 20)"))
        .isEqualTo(List.of(true, true));
    assertThat(
            browser.script(
                """
                const audio = document.querySelector('audio');
                return new Promise(done => {
                  audio.onloadedmetadata = () => done(Math.round(audio.duration * 1000));
                  audio.onerror = () => done(audio.error.message);
                  audio.load();
                })
                """))
        .isEqualTo(100L);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void copiesATableAsMarkdownAndAsTsv() {
    show(three, 1280, false);
    ((HasCdp) browser.driver())
        .executeCdpCommand(
            "Browser.grantPermissions", Map.of("permissions", List.of("clipboardReadWrite")));

    assertThat(copied("Differences", "Copy as Markdown"))
        .isEqualTo(
            """
            | setting | chars-professor-forcing | chars-teacher-forcing-with-a-name-that-is-rather-long | chars-young |
            | --- | --- | --- | --- |
            | generator.hidden | 256 | 700 | 256 |
            | objective.method | professor-forcing | teacher-forcing | professor-forcing |
            | training.output | "%1$s/chars-professor-forcing" | "%1$s/chars-teacher-forcing-with-a-name-that-is-rather-long" | "%1$s/chars-young" |
            """
                .formatted(folder));
    assertThat(copied("Results", "Copy as TSV"))
        .startsWith(
            """
            measure\tchars-professor-forcing\tchars-teacher-forcing-with-a-name-that-is-rather-long\tchars-young
            NLL, nats a step\t1.041 [1.030, 1.053]\t1.041 [1.030, 1.053]\t–
            """);
  }

  private static String copied(String table, String button) {
    browser
        .driver()
        .findElement(
            By.xpath(
                "//div[@class='table'][.//caption='%s']//button[.='%s']".formatted(table, button)))
        .click();
    await("[...document.querySelectorAll('button')].some(b => b.textContent === 'Copied')");
    return (String) browser.script("return navigator.clipboard.readText()");
  }

  @Test
  void printsOnPaperWithoutWhatOnlyAScreenCanDo() {
    show(three, 1280, true);
    HasCdp chrome = (HasCdp) browser.driver();

    byte[] pdf =
        Base64.getDecoder()
            .decode((String) chrome.executeCdpCommand("Page.printToPDF", Map.of()).get("data"));
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    assertThat(text).startsWith("%PDF");
    assertThat(Pattern.compile("/Type\\s*/Page\\b").matcher(text).results().count())
        .isBetween(4L, 30L);
    chrome.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    try {
      assertThat(browser.script("return getComputedStyle(document.body).backgroundColor"))
          .isEqualTo("rgb(255, 255, 255)");
      assertThat(browser.driver().findElements(By.cssSelector("button, audio, nav")))
          .isNotEmpty()
          .noneMatch(e -> e.isDisplayed());
      assertThat(browser.driver().findElements(By.cssSelector("svg[role=img]")))
          .allMatch(e -> e.isDisplayed());
    } finally {
      chrome.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
    }
  }

  /** A page of paper, A4 or letter, has room for 718 pixels between its margins. */
  @Test
  void noTableIsCutOnPaper() {
    show(three, 718, false);
    HasCdp chrome = (HasCdp) browser.driver();
    chrome.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    try {
      assertThat(
              browser.script(
                  """
                  const right = document.documentElement.getBoundingClientRect().right;
                  return [...document.querySelectorAll('table, th, td')]
                      .filter(e => e.getBoundingClientRect().right > right + 1 || e.scrollWidth > e.clientWidth + 1)
                      .map(e => e.textContent.slice(0, 40))
                  """))
          .asInstanceOf(LIST)
          .isEmpty();
      assertThat(browser.driver().findElements(By.cssSelector(".table .hint")))
          .isNotEmpty()
          .noneMatch(e -> e.isDisplayed());
    } finally {
      chrome.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
    }
  }

  @Test
  void aWideTableScrollsByKeys() {
    show(three, 360, false);

    browser.script("document.querySelector('.scroll[aria-label=\"n-grams and repeats\"]').focus()");
    browser.driver().switchTo().activeElement().sendKeys(Keys.ARROW_RIGHT);
    await("document.activeElement.scrollLeft > 0");
  }

  @Test
  void whatSamplesNamesAndSettingsSayStaysText() throws IOException {
    String hostile = "</script><script>window.broken=1</script><img src=x onerror=window.broken=1>";
    RunDirectory run =
        TestRun.begin(
                folder.resolve("<b onclick=1>&amp;'\"{{style}}"),
                "teacher-forcing",
                "data.input=" + hostile + "\u2028")
            .rounds(3)
            .text(hostile + "<!--<script>\u2028\u202e{{data}}")
            .directory();

    show(page("hostile.html", run), 1280, false);

    assertThat(browser.script("return window.broken")).isNull();
    assertThat(browser.script("return document.querySelectorAll('img, b, main script').length"))
        .isEqualTo(0L);
    assertThat(titles("h1")).containsExactly("<b onclick=1>&amp;'\"{{style}}");
    assertThat(browser.script("return document.querySelector('figure pre').textContent"))
        .isEqualTo(hostile + "<!--<script>\u2028\u202e{{data}}");
    assertThat(browser.complaints()).isEmpty();
  }
}
