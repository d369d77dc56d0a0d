import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.ProgressParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.WorkDoneProgressBegin;
import org.eclipse.lsp4j.WorkDoneProgressCreateParams;
import org.eclipse.lsp4j.WorkDoneProgressEnd;
import org.eclipse.lsp4j.WorkDoneProgressNotification;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.services.LanguageClient;

/** The editor's side: whatever nobody expects fails the session. */
final class Editor implements LanguageClient {
  /** Progress that has begun, by its token. */
  final BlockingQueue<Either<String, Integer>> begun = new LinkedBlockingQueue<>();

  /** Kinds of the status, as they were told. */
  final BlockingQueue<String> kinds = new LinkedBlockingQueue<>();

  /** Whether the status may change. */
  volatile boolean changes;

  private enum Stage {
    MADE,
    BEGUN
  }

  private final Map<Either<String, Integer>, Stage> progress = new HashMap<>();

  @JsonNotification("elitea/status/didChange")
  public void statusDidChange(JsonObject change) {
    if (!changes) {
      Session.fail("the status changes before anything did: " + change);
    }
    kinds.add(change.get("kind").getAsString());
  }

  @Override
  public CompletableFuture<Void> createProgress(WorkDoneProgressCreateParams params) {
    if (progress.put(params.getToken(), Stage.MADE) != null) {
      Session.fail("a token is made twice: " + params);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void notifyProgress(ProgressParams params) {
    WorkDoneProgressNotification value = params.getValue().getLeft();
    Stage stage = progress.get(params.getToken());
    if (value instanceof WorkDoneProgressBegin && stage == Stage.MADE) {
      progress.put(params.getToken(), Stage.BEGUN);
      begun.add(params.getToken());
    } else if (value instanceof WorkDoneProgressEnd && stage == Stage.BEGUN) {
      progress.remove(params.getToken());
    } else {
      Session.fail("progress out of order: " + params);
    }
  }

  @Override
  public void telemetryEvent(Object event) {
    Session.fail("nobody expected telemetry: " + event);
  }

  @Override
  public void publishDiagnostics(PublishDiagnosticsParams params) {
    Session.fail("nobody expected diagnostics: " + params);
  }

  @Override
  public void showMessage(MessageParams params) {
    Session.fail("nobody expected a message: " + params);
  }

  @Override
  public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams params) {
    Session.fail("nobody expected a question: " + params);
    return null;
  }

  @Override
  public void logMessage(MessageParams params) {
    Session.fail("nobody expected a line of the log: " + params);
  }
}
