package dev.lockstep.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.render.AudioClip;
import dev.lockstep.render.AudioRenderer;
import dev.lockstep.storage.Location;
import dev.lockstep.testing.Browser;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** Studies clicked through in Chromium, to answer files that are tallied. */
@Tag("browser")
class StudyPageBrowserTest {
  private static final int PHONE = 360;
  private static final int DESK = 1280;
  private static final String HOSTILE =
      "t</script><script>window.fooled = 1</script><img src=x onerror=window.fooled=1> \u0007 😀 \u202e"
          + "x".repeat(300);

  @TempDir Path folder;
  @TempDir Path downloads;
  private RunFolders runs;
  private Browser browser;

  @BeforeEach
  void startBrowser() {
    runs = new RunFolders(folder);
    browser = Browser.start(downloads);
  }

  @AfterEach
  void pageHasNotComplained() {
    try {
      assertThat(browser.complaints()).isEmpty();
    } finally {
      browser.close();
    }
  }

  private StudyKey create(Design design, Location... of) {
    StudyFolder.create(
        List.of(of),
        runs.location("study"),
        new StudyFolder.Request(
            design,
            0,
            6,
            "<i>Which</i>",
            Optional.empty(),
            Optional.of("Take your time.\n\n<b>Thank you.</b>")));
    return StudyFolder.key(runs.location("study"));
  }

  private void open(String fragment, int width, boolean dark) {
    Path page = folder.resolve("study/page/study.html");
    // Another page first: a new fragment alone would not load this one again.
    browser.driver().get("about:blank");
    browser.open(page, width, 740, dark);
    if (!fragment.isEmpty()) {
      browser.driver().get(page.toUri() + fragment);
    }
  }

  private WebElement find(String css) {
    return browser.driver().findElement(By.cssSelector(css));
  }

  private void press(CharSequence key) {
    new Actions(browser.driver()).sendKeys(key).perform();
  }

  private void choose(String value) {
    find("#choices button[value='" + value + "']").click();
  }

  private String place() {
    return find("#place").getText();
  }

  private void fitsTheScreen() {
    assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    assertThat(
            browser.script(
                """
                return [...document.querySelectorAll('button, figure, pre, img, audio, input, h1, h2')]
                  .filter(e => e.getClientRects().length)
                  .every(e => { const r = e.getBoundingClientRect();
                    return r.left >= 0 && r.right <= innerWidth })\
                """))
        .isEqualTo(true);
  }

  /**
   * Saves and waits for the file: Chromium reserves the name by an empty one, over which it moves
   * the whole file.
   */
  private Location save(String name) throws IOException, InterruptedException {
    try (WatchService watch = FileSystems.getDefault().newWatchService()) {
      downloads.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      find("#save").click();
      while (!isWhole(downloads.resolve(name))) {
        var key = watch.poll(20, TimeUnit.SECONDS);
        assertThat(key).as("%s is saved", name).isNotNull();
        key.pollEvents();
        key.reset();
      }
    }
    Files.move(downloads.resolve(name), folder.resolve(name));
    return runs.location(name);
  }

  private static boolean isWhole(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  @Test
  void aPairedStudyIsClickedThroughResumedSavedAndTallied() throws Exception {
    StudyKey key =
        create(
            Design.PAIRED,
            runs.texts("teacher", HOSTILE, "t two", "t three", "t four"),
            runs.texts("professor", "p one", "p two", "p three", "p four"));

    open("", PHONE, false);
    fitsTheScreen();
    assertThat(find("h1.title").getText()).isEqualTo("<i>Which</i>");
    assertThat(find("#welcome .instructions").getText())
        .isEqualTo("Take your time.\n\n<b>Thank you.</b>");
    find("#start").click();
    assertThat(find("#participant-error").getText()).contains("enter the code");
    find("#participant").sendKeys(" Anna-1" + Keys.ENTER);
    chooseProfessor();
    chooseProfessor();
    assertThat(place()).isEqualTo("3 of 4");
    String third = find("#samples").getText();

    browser.driver().navigate().refresh();
    assertThat(find("#start").getText()).isEqualTo("Continue: 2 of 4 answered");
    find("#start").click();
    assertThat(place()).isEqualTo("3 of 4");
    assertThat(find("#samples").getText()).isEqualTo(third);
    assertThat(find("#next").isEnabled()).isFalse();
    press(Keys.ARROW_RIGHT);
    assertThat(place()).isEqualTo("3 of 4");
    find("#back").click();
    assertThat(find("#choices button[aria-pressed='true']").getAttribute("value"))
        .isEqualTo(professor());
    // Changed to no preference, by its key.
    press("3");
    assertThat(place()).isEqualTo("3 of 4");
    press(Keys.ARROW_LEFT);
    assertThat(find("#choices button[aria-pressed='true']").getText()).contains("no preference");
    press(Keys.ARROW_RIGHT);
    chooseProfessor();
    chooseProfessor();
    fitsTheScreen();
    Location anna = save("answers-%s-anna-1.json".formatted(key.study()));
    assertThat(find("#saved").getText()).contains("answers-%s-anna-1.json".formatted(key.study()));

    open("#p=p2", DESK, true);
    assertThat(find("#participant").getAttribute("value")).isEqualTo("p2");
    assertThat(find("#start").getText()).isEqualTo("Start");
    find("#start").click();
    for (int i = 0; i < 4; i++) {
      press(professor().equals("left") ? "1" : "2");
    }
    Location second = save("answers-%s-p2.json".formatted(key.study()));

    Tally tally = Tally.of(runs.location("study"), List.of(second, anna));
    assertThat(tally.participants())
        .extracting(Tally.Participant::participant)
        .containsExactly("anna-1", "p2");
    PreferenceTally.Pair pair = tally.preferences().pairs().get(0);
    assertThat(pair.second()).isEqualTo("professor");
    assertThat(pair.preferFirst().count()).isZero();
    assertThat(pair.noPreference().count()).isEqualTo(1);
    assertThat(pair.preferSecond().count()).isEqualTo(7);
    assertThat(browser.script("return window.fooled === undefined")).isEqualTo(true);
  }

  /** The side of the professor's sample; the pair on the screen fits it. */
  private String professor() {
    fitsTheScreen();
    List<WebElement> texts = browser.driver().findElements(By.cssSelector("#samples pre"));
    assertThat(texts).hasSize(2);
    assertThat(texts).extracting(text -> text.getText().charAt(0)).containsOnlyOnce('t', 'p');
    texts.stream()
        .map(text -> text.getDomProperty("textContent"))
        .filter(text -> text.length() > 100)
        .forEach(text -> assertThat(text).isEqualTo(HOSTILE.replace('\u0007', '\u2407')));
    return texts.get(0).getText().startsWith("p") ? "left" : "right";
  }

  private void chooseProfessor() {
    choose(professor());
  }

  @Test
  void soundsAtAKilohertzAreRatedOnFiveGrades() throws Exception {
    for (int i = 1; i <= 2; i++) {
      int pitch = 100 * i;
      double[] sine =
          IntStream.range(0, 500).mapToDouble(t -> Math.sin(t * 6.28e-3 * pitch)).toArray();
      runs.sample(
          "a", "round-1-seed-1-%d.wav".formatted(i), AudioRenderer.wav(new AudioClip(sine, 1000)));
    }
    StudyKey key = create(Design.RATING_5, runs.location("a"));

    open("#p=17", PHONE, true);
    find("#start").click();
    for (String grade : List.of("4", "5")) {
      fitsTheScreen();
      assertThat((Double) browser.script("return " + LENGTH)).isCloseTo(0.5, within(0.01));
      choose(grade);
    }
    Location file = save("answers-%s-17.json".formatted(key.study()));
    RatingTally.Run run = Tally.of(runs.location("study"), List.of(file)).ratings().runs().get(0);
    assertThat(run.mean()).isEqualTo(4.5);
    assertThat(run.grades()).containsExactly(0, 0, 0, 1, 1);
  }

  /** Resolves when the player knows how long the sound is, and fails if it cannot play it. */
  private static final String LENGTH =
      """
      new Promise((done, fail) => { const a = document.querySelector('#samples audio');
        if (a.readyState > 0) { done(a.duration) } else {
          a.onloadedmetadata = () => done(a.duration);
          a.onerror = () => fail(new Error(a.error.message)) } })\
      """;

  @Test
  void picturesAreRatedByKeysAtBothWidths() throws Exception {
    for (String run : List.of("a", "b")) {
      for (int i = 1; i <= 2; i++) {
        runs.sample(
            run,
            "round-1-seed-1-%d.svg".formatted(i),
            "<svg xmlns='http://www.w3.org/2000/svg' width='900' height='90'><title>%s</title></svg>"
                .formatted(run + i));
      }
    }
    StudyKey key = create(Design.RATING_3, runs.location("a"), runs.location("b"));

    for (int width : List.of(PHONE, DESK)) {
      open("#p=at" + width, width, width == PHONE);
      find("#start").click();
      for (int i = 0; i < 4; i++) {
        assertThat(place()).isEqualTo((i + 1) + " of 4");
        fitsTheScreen();
        assertThat(
                browser.script(
                    "return document.querySelector('#samples img').decode().then(() => true)"))
            .isEqualTo(true);
        // No key of a grade that there is not.
        press("4");
        press("2");
      }
      Location file = save("answers-%s-at%d.json".formatted(key.study(), width));
      assertThat(Tally.of(runs.location("study"), List.of(file)).ratings().runs())
          .extracting(RatingTally.Run::mean)
          .containsExactly(2d, 2d);
    }
  }

  @Test
  void thePageAndTheTallyDrawTheSameOrder() throws Exception {
    create(Design.RATING_3, runs.texts("a", "one"));
    open("", DESK, false);
    for (int i = 0; i < 60; i++) {
      String study = "%012x".formatted(0x9E3779B97F4AL * i & 0xFFFFFFFFFFFFL);
      String participant = "p_" + i * i;
      JsonNode drawn =
          new ObjectMapper()
              .readTree(
                  (String)
                      browser.script(
                          "return JSON.stringify(participantOrder(...arguments))",
                          study,
                          participant,
                          1 + i));
      ParticipantOrder order = new ParticipantOrder(study, participant, 1 + i);
      assertThat(drawn.path("seed").asLong()).isEqualTo(order.seed());
      assertThat(drawn.path("mirrored").asBoolean())
          .isEqualTo(order.shown(List.of(0, 1)).equals(List.of(1, 0)));
      for (int place = 0; place <= i; place++) {
        assertThat(drawn.path("trials").path(place).asInt()).isEqualTo(order.trial(place));
      }
    }
  }

  @Test
  void whatABrowserKeptThatIsNoAnswersIsLeft() {
    StudyKey key = create(Design.RATING_3, runs.texts("a", "one", "two"));
    open("", DESK, false);
    for (String kept :
        List.of("null", "[", "[]", "{\"started\":\"x\",\"answers\":{\"0\":{\"answer\":\"9\"}}}")) {
      browser.script(
          "localStorage.setItem('lockstep-study/%s/p', arguments[0])".formatted(key.study()), kept);
      open("#p=p", DESK, false);
      find("#start").click();
      assertThat(place()).isEqualTo("1 of 2");
    }
  }
}
