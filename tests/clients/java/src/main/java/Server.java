import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.eclipse.lsp4j.services.LanguageServer;

/** The requests of ours that the session makes. */
interface Server extends LanguageServer {
  @JsonRequest("elitea/status/get")
  CompletableFuture<JsonObject> status();

  @JsonRequest("elitea/auth/login")
  CompletableFuture<JsonObject> login(Login params);

  @JsonRequest("elitea/auth/logout")
  CompletableFuture<JsonObject> logout(None params);

  @JsonRequest("elitea/token/list")
  CompletableFuture<JsonObject> tokens();

  @JsonRequest("elitea/project/list")
  CompletableFuture<JsonObject> projects();

  @JsonRequest("elitea/model/list")
  CompletableFuture<JsonObject> models(None params);

  @JsonRequest("elitea/selection/set")
  CompletableFuture<JsonObject> select(Choice params);

  @JsonRequest("elitea/settings/render")
  CompletableFuture<JsonObject> render(Template params);

  @JsonRequest("elitea/ide/list")
  CompletableFuture<JsonObject> ides();

  @JsonRequest("elitea/config/apply")
  CompletableFuture<JsonObject> apply(Targets params);

  @JsonRequest("elitea/config/undo")
  CompletableFuture<JsonObject> undo(Entry params);

  @JsonRequest("elitea/doctor/run")
  CompletableFuture<JsonObject> doctor(Files params);

  /** No parameters, as an empty object. */
  record None() {}

  record Login(String token, String server, String store) {}

  record Choice(String project, String model) {}

  record Template(String ide) {}

  record Targets(List<String> ides) {}

  record Entry(String id) {}

  record Files(List<String> paths) {}
}
