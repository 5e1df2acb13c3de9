package io.gitalyrouter.config.page;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/**
 * A headless Chromium with one page of 1280x800, driven over its DevTools protocol; stopped by its
 * own process id. <em>Thread-safe.</em>
 */
public final class Chromium implements AutoCloseable {
  /** Starting one takes seconds on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Answers answers;

  private Chromium(Process process, WebSocket socket, Answers answers) {
    this.process = process;
    this.socket = socket;
    this.answers = answers;
  }

  /** Starts one, with a profile of its own in an empty directory. */
  public static Chromium start(Path directory) throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
                NeedsChromium.installed().map(Path::toString).orElse("chromium"),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--window-size=1280,800",
                "--remote-debugging-port=0",
                "--user-data-dir=" + directory,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    // What it leaves in its directory for temporary files goes with the profile.
    command.environment().put("TMPDIR", directory.toString());
    Process process = command.start();
    boolean started = false;
    try {
      Chromium chromium = connect(process, directory.resolve("DevToolsActivePort"));
      started = true;
      return chromium;
    } finally {
      if (!started) {
        stop(process);
      }
    }
  }

  private static Chromium connect(Process process, Path portFile) throws Exception {
    await()
        .atMost(PATIENCE)
        .failFast("chromium has ended", () -> !process.isAlive())
        .until(() -> Files.exists(portFile) && Files.readAllLines(portFile).size() == 2);
    HttpClient client = HttpClient.newHttpClient();
    URI list = URI.create("http://127.0.0.1:" + Files.readAllLines(portFile).get(0) + "/json/list");
    HttpResponse<String> pages =
        client.send(
            HttpRequest.newBuilder(list).timeout(PATIENCE).build(),
            HttpResponse.BodyHandlers.ofString());
    String address = "";
    for (JsonElement page : JsonParser.parseString(pages.body()).getAsJsonArray()) {
      if (page.getAsJsonObject().get("type").getAsString().equals("page")) {
        address = page.getAsJsonObject().get("webSocketDebuggerUrl").getAsString();
      }
    }
    Answers answers = new Answers();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(address), answers)
            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    Chromium chromium = new Chromium(process, socket, answers);
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      chromium.call(domain + ".enable", new JsonObject());
    }
    return chromium;
  }

  /** Opens a page of 1280x800 and waits until it is loaded. */
  void open(Path file) throws Exception {
    JsonObject size = new JsonObject();
    size.addProperty("width", 1280);
    size.addProperty("height", 800);
    size.addProperty("deviceScaleFactor", 1);
    size.addProperty("mobile", false);
    call("Emulation.setDeviceMetricsOverride", size);
    answers.told.clear();
    JsonObject where = new JsonObject();
    where.addProperty("url", file.toUri().toString());
    call("Page.navigate", where);
    await().atMost(PATIENCE).until(() -> !told("Page.loadEventFired").isEmpty());
  }

  /** What the page evaluates to; it must be JSON. */
  JsonElement evaluate(String script) throws Exception {
    JsonObject what = new JsonObject();
    what.addProperty("expression", script);
    what.addProperty("returnByValue", true);
    JsonObject answer = call("Runtime.evaluate", what);
    if (answer.has("exceptionDetails")) {
      throw new IOException(answer.get("exceptionDetails").toString());
    }
    return answer.getAsJsonObject("result").get("value");
  }

  /** The whole page, also what is below the window. */
  BufferedImage picture(Path file) throws Exception {
    JsonObject how = new JsonObject();
    how.addProperty("format", "png");
    how.addProperty("captureBeyondViewport", true);
    byte[] png =
        Base64.getDecoder().decode(call("Page.captureScreenshot", how).get("data").getAsString());
    Files.write(file, png);
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  /** What the browser told of such events since the page was opened. */
  List<JsonObject> told(String event) {
    return answers.told.stream()
        .filter(message -> message.get("method").getAsString().equals(event))
        .map(message -> message.getAsJsonObject("params"))
        .toList();
  }

  private JsonObject call(String method, JsonObject params)
      throws InterruptedException, ExecutionException, TimeoutException {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    answers.waiting.put(id, answer);
    JsonObject message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", params);
    socket
        .sendText(message.toString(), /* last= */ true)
        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    JsonObject result = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    if (result.has("error")) {
      throw new ExecutionException(method + ": " + result.get("error"), null);
    }
    return result.getAsJsonObject("result");
  }

  @Override
  public void close() {
    socket.abort();
    stop(process);
  }

  private static void stop(Process process) {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    below.forEach(ProcessHandle::destroyForcibly);
  }

  /** Hears the browser; called by one thread at a time. */
  private static final class Answers implements WebSocket.Listener {
    final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    final Queue<JsonObject> told = new ConcurrentLinkedQueue<>();
    private final StringBuilder part = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        JsonObject message = JsonParser.parseString(part.toString()).getAsJsonObject();
        part.setLength(0);
        CompletableFuture<JsonObject> answer =
            message.has("id") ? waiting.remove(message.get("id").getAsInt()) : null;
        if (answer != null) {
          answer.complete(message);
        } else if (message.has("method")) {
          told.add(message);
        }
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }
}
