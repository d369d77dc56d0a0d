import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.WindowClientCapabilities;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.MessageConsumer;
import org.eclipse.lsp4j.jsonrpc.RemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.Message;
import org.eclipse.lsp4j.jsonrpc.messages.NotificationMessage;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/**
 * One session with the language server through LSP4J, the library of JetBrains IDEs and Eclipse. It
 * ends with 1 on any message that is not expected.
 */
final class Session {
  private static final long DEADLINE = 60;
  private static final int PROTOCOL = 1;
  private static final String URL = System.getenv("SERVER_URL");
  private static final String TOKEN = System.getenv("SERVER_TOKEN");
  private static final Path SETTINGS = Path.of(System.getenv("HOME"), ".config/Code/User/settings.json");

  /** What the server may say of itself. */
  private static final Set<String> EXPECTED =
      Set.of("elitea/status/didChange", "$/progress", "window/workDoneProgress/create");

  public static void main(String[] arguments) {
    try {
      run(arguments[0]);
    } catch (Exception error) {
      error.printStackTrace();
      fail("failed");
    }
    System.exit(0);
  }

  /** Ends the session, and with it the server. */
  static void fail(String what) {
    System.err.println(what);
    Runtime.getRuntime().halt(1);
  }

  /** {@code ending} is how a request without parameters ends. */
  private static void run(String ending) throws Exception {
    Path log = Files.createTempFile("server", ".log");
    Process process =
        new ProcessBuilder("elitea-helper", "lsp", "--stdio").redirectError(log.toFile()).start();
    var said = new ByteArrayOutputStream();
    var sent = new ByteArrayOutputStream();
    var editor = new Editor();
    Launcher<Server> launcher =
        new Launcher.Builder<Server>()
            .setLocalService(editor)
            .setRemoteInterface(Server.class)
            .setInput(new Heard(process.getInputStream(), said))
            .setOutput(new Seen(process.getOutputStream(), sent))
            .wrapMessages(Session::expecting)
            .create();
    launcher.startListening();
    Server server = launcher.getRemoteProxy();

    var hello = answer("initialize", server.initialize(introduction()));
    var ours = ((JsonObject) hello.getCapabilities().getExperimental()).getAsJsonObject("elitea");
    is(ours.get("protocol").getAsInt() == PROTOCOL, "another protocol: " + ours);
    is(hello.getCapabilities().getExecuteCommandProvider() == null, "an extension has its own commands");
    server.initialized(new InitializedParams());

    // Whoever asks how things stand is told in a word, too.
    editor.changes = true;
    var before = answer("elitea/status/get", server.status());
    is(before.get("account").isJsonNull(), "nobody is signed in: " + before);
    is(!before.getAsJsonArray("problems").isEmpty(), "nobody is signed in: " + before);
    var told = editor.kinds.poll(DEADLINE, TimeUnit.SECONDS);
    is("signedOut".equals(told), "another status: " + told);

    var login = new Server.Login("Bearer " + TOKEN + "\n", URL, "file");
    var signedIn = answer("elitea/auth/login", server.login(login));
    is(signedIn.get("server").getAsString().equals(URL), "another server: " + signedIn);
    var projects = answer("elitea/project/list", server.projects());
    is(has(projects, "projects", "name", "Team Rocket"), "no such project: " + projects);
    // A field that is null goes as if it were not there.
    var choice = new Server.Choice("Team Rocket", null);
    var selection = answer("elitea/selection/set", server.select(choice));
    is(selection.getAsJsonObject("project").get("value").getAsString().equals("4"), "" + selection);
    var models = answer("elitea/model/list", server.models(new Server.None()));
    is(has(models, "models", "current", "true"), "no model: " + models);
    var tokens = answer("elitea/token/list", server.tokens());
    is(has(tokens, "tokens", "inUse", "true"), "no token: " + tokens);
    var rendered = answer("elitea/settings/render", server.render(new Server.Template("vscode")));
    var page = JsonParser.parseString(rendered.get("text").getAsString()).getAsJsonObject();
    is(page.get("eliteacode.LLMServerUrl").getAsString().equals(URL), "another server: " + page);
    var ides = answer("elitea/ide/list", server.ides());
    is(has(ides, "targets", "path", SETTINGS.toString()), "no settings: " + ides);

    String mine = "{\n  // mine\n}\n";
    Files.createDirectories(SETTINGS.getParent());
    Files.writeString(SETTINGS, mine);
    var targets = new Server.Targets(List.of("vscode"));
    var applied = answer("elitea/config/apply", server.apply(targets));
    is(has(applied, "targets", "state", "written"), "not written: " + applied);
    is(Files.readString(SETTINGS).contains("\"eliteacode.LLMServerUrl\": \"" + URL), "not written");
    var files = new Server.Files(List.of(SETTINGS.toString()));
    var report = answer("elitea/doctor/run", server.doctor(files));
    is(report.getAsJsonArray("findings").isEmpty(), "not in order: " + report);
    var entry = new Server.Entry(applied.get("history").getAsString());
    answer("elitea/config/undo", server.undo(entry));
    is(Files.readString(SETTINGS).equals(mine), "not as it was");

    // An error says in data what it is and what to do.
    var failure = (JsonObject) refusal(server.undo(new Server.Entry("none"))).getData();
    is(failure.get("code").getAsString().startsWith("E_"), "without a code: " + failure);

    // The server does not answer, so that a request runs until it is called off: by its id, ...
    faults("[{\"path\": \"/\", \"effect\": \"hang\"}]");
    var waits = server.tokens();
    var its = begun(editor);
    waits.cancel(true);
    // ... or by its progress; LSP4J itself does not wait for the answer to the first.
    var waitsToo = server.tokens();
    var token = begun(editor);
    is(!token.equals(its), "one token for two: " + token);
    server.cancelProgress(new WorkDoneProgressCancelParams(token));
    int code = refusal(waitsToo).getCode();
    is(code == ResponseErrorCode.RequestCancelled.getValue(), "another code: " + code);
    System.out.println("ok  cancelled");
    faults("[]");
    answer("elitea/token/list", server.tokens());

    answer("elitea/auth/logout", server.logout(new Server.None()));
    String kind;
    do {
      kind = editor.kinds.poll(DEADLINE, TimeUnit.SECONDS);
      is(kind != null, "the status stays");
    } while (!kind.equals("signedOut"));
    System.out.println("ok  elitea/status/didChange");

    answer("shutdown", server.shutdown());
    var bytes = sent.toString(StandardCharsets.UTF_8);
    is(bytes.contains("\"method\":\"shutdown\"" + ending + "}"), "shutdown is otherwise");
    server.exit();
    is(process.waitFor(DEADLINE, TimeUnit.SECONDS), "it does not end");
    is(process.exitValue() == 0, "it ends with " + process.exitValue());
    System.out.println("ok  exit code 0");
    String all = said.toString(StandardCharsets.UTF_8) + Files.readString(log);
    is(!all.contains(TOKEN), "the server sends the token");
  }

  private static InitializeParams introduction() {
    var window = new WindowClientCapabilities();
    window.setWorkDoneProgress(true);
    var capabilities = new ClientCapabilities();
    capabilities.setWindow(window);
    var params = new InitializeParams();
    params.setProcessId((int) ProcessHandle.current().pid());
    params.setCapabilities(capabilities);
    var editor = Map.of("name", "idea", "version", "2025.3");
    params.setInitializationOptions(Map.of("elitea", Map.of("protocol", PROTOCOL, "editor", editor)));
    return params;
  }

  /** LSP4J answers or drops what it does not know; here that fails the session. */
  private static MessageConsumer expecting(MessageConsumer next) {
    return message -> {
      // What we send ourselves passes here, too.
      if (next instanceof RemoteEndpoint && !isExpected(message)) {
        fail("nobody expected this message: " + message);
      }
      next.consume(message);
    };
  }

  private static boolean isExpected(Message message) {
    if (message instanceof RequestMessage request) {
      return EXPECTED.contains(request.getMethod());
    }
    return !(message instanceof NotificationMessage told) || EXPECTED.contains(told.getMethod());
  }

  private static <T> T answer(String what, CompletableFuture<T> future) throws Exception {
    T answer = future.get(DEADLINE, TimeUnit.SECONDS);
    System.out.println("ok  " + what);
    return answer;
  }

  private static ResponseError refusal(CompletableFuture<?> future) throws Exception {
    try {
      throw new IllegalStateException("it was answered: " + future.get(DEADLINE, TimeUnit.SECONDS));
    } catch (ExecutionException error) {
      return ((ResponseErrorException) error.getCause()).getResponseError();
    }
  }

  private static Either<String, Integer> begun(Editor editor) throws InterruptedException {
    var token = editor.begun.poll(DEADLINE, TimeUnit.SECONDS);
    is(token != null, "no progress is told");
    return token;
  }

  private static boolean has(JsonObject report, String list, String field, String value) {
    for (JsonElement item : report.getAsJsonArray(list)) {
      if (item.getAsJsonObject().get(field).getAsString().equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static void is(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  private static void faults(String rules) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(URL + "/_fake/faults"))
            .PUT(HttpRequest.BodyPublishers.ofString(rules))
            .build();
    var reply = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    is(reply.statusCode() < 300, reply.body());
  }
}
