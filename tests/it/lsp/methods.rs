//! Every request of ours: once as it should be, once as it fails, and never with a token in the answer.

use std::collections::BTreeSet;

use elitea_helper::fake::Dialect;
use serde_json::{Value, json};

use super::client::{Client, server};
use crate::machine::Machine;

const FILE: &str = ".config/Code/User/settings.json";

/// A session that remembers what was called, and looks for tokens in what came.
struct Called<'a> {
    client: Client,
    machine: &'a Machine,
    names: BTreeSet<String>,
}

impl Called<'_> {
    fn ok(&mut self, method: &str, params: Value) -> Value {
        self.names.insert(method.to_owned());
        let result = self.client.call(method, params);
        let text = result.to_string();
        assert!(self.machine.server.tokens().iter().all(|token| !text.contains(token.as_str())), "{method}");
        result
    }
}

fn is_state(report: &Value, state: &str) {
    assert_eq!(report["targets"][0]["state"], state, "{report}");
}

#[test]
fn every_method_does_what_its_command_does() {
    let machine = Machine::new(Dialect::Python);
    machine.write(FILE, b"{\n  // mine\n  \"editor.tabSize\": 2\n}\n");
    let mut client = Client::start(&mut server(&machine));
    let hello = client.initialize(json!({"initializationOptions": {"elitea": {"protocol": 1}}}));
    client.tolerate("elitea/status/didChange");
    let mut called = Called { client, machine: &machine, names: BTreeSet::new() };
    let settings = || std::fs::read_to_string(machine.path(FILE)).unwrap();
    let vscode = json!({"ides": ["vscode"]});

    let (url, token) = (machine.server.url().to_owned(), machine.server.token().to_owned());
    let page = called.ok("elitea/auth/page", json!({"server": format!("{url}/app/")}));
    assert_eq!(page, json!({"server": url, "page": format!("{url}/app/settings/create-personal-token")}));
    // One that lies about is signed in with, and never crosses the wire.
    machine.write(".elitea/.env", format!("ELITEA_DEPLOYMENT_URL={url}\nELITEA_TOKEN={token}\n").as_bytes());
    let found = called.ok("elitea/auth/discover", json!({}));
    let [one] = found["tokens"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((&one["server"], &one["inUse"]), (&json!(url), &json!(false)), "{found}");
    assert_eq!((&one["places"][0]["line"], &one["places"][0]["key"]), (&json!(2), &json!("ELITEA_TOKEN")));
    let login = called.ok("elitea/auth/login", json!({"found": one["id"], "store": "file"}));
    assert_eq!(login["server"], json!(url));
    let again = called.ok("elitea/auth/discover", json!({}));
    assert_eq!((&again["tokens"][0]["id"], &again["tokens"][0]["inUse"]), (&one["id"], &json!(true)));
    let login = called.ok("elitea/auth/login", json!({"server": url, "token": token, "store": "file"}));
    assert_eq!((&login["server"], &login["store"]), (&json!(url), &json!("file")));
    let status = called.ok("elitea/status/get", json!({}));
    assert_eq!(status["account"], login["account"]);
    let projects = called.ok("elitea/project/list", json!({}));
    assert!(projects["projects"].as_array().unwrap().iter().any(|project| project["id"] == 4));
    let selection = called.ok("elitea/selection/set", json!({"project": 4}));
    assert_eq!(selection["project"]["value"], "4");
    let selection = called.ok("elitea/selection/set", json!({"project": "4", "model": "1/gpt-5.1"}));
    assert_eq!(selection["model"]["value"], "1/gpt-5.1", "{selection}");
    let models = called.ok("elitea/model/list", json!({"project": 4}));
    assert!(models["models"].as_array().unwrap().iter().any(|model| model["name"] == "gpt-5.1"));
    let rendered = called.ok("elitea/settings/render", json!({"ide": "vscode"}));
    assert!(rendered["text"].as_str().unwrap().contains("eliteacode."), "{rendered}");
    let ides = called.ok("elitea/ide/list", json!({}));
    assert!(ides["installed"].as_array().unwrap().iter().any(|ide| ide["ide"] == "vscode"), "{ides}");

    let before = settings();
    let plan = called.ok("elitea/config/plan", vscode.clone());
    is_state(&plan, "pending");
    assert_eq!(settings(), before);
    let applied = called.ok("elitea/config/apply", json!({"ides": ["vscode"], "plan": plan["id"]}));
    is_state(&applied, "written");
    assert!(settings().contains("// mine") && settings().contains("\"eliteacode."));
    let history = called.ok("elitea/config/history", json!({}));
    assert_eq!(history["entries"][0]["id"], applied["history"]);
    is_state(&called.ok("elitea/config/undo", json!({"id": applied["history"]})), "written");
    assert_eq!(settings(), before);
    called.ok("elitea/config/apply", vscode.clone());
    machine.write(FILE, settings().replace("gpt-5.1", "my-own").as_bytes());
    let plan = called.ok("elitea/config/plan", vscode.clone());
    is_state(&plan, "conflict");
    let keys = plan["targets"][0]["keys"].as_array().unwrap().clone();
    let keys: Vec<&Value> =
        keys.iter().filter(|key| key["outcome"] == "conflict").map(|key| &key["key"]).collect();
    called.ok("elitea/config/resolve", json!({"keys": keys, "choice": "keep"}));
    is_state(&called.ok("elitea/config/plan", vscode.clone()), "inOrder");
    assert!(settings().contains("my-own"));

    let report = called.ok("elitea/doctor/run", json!({}));
    assert!(report["files"].as_array().is_some_and(|files| !files.is_empty()), "{report}");
    let explained = called.ok("elitea/config/explain", json!({"key": "server"}));
    assert_eq!(explained["settings"][0]["value"], json!(url), "{explained}");
    called.ok("elitea/selection/set", json!({"project": 2}));
    let before = settings();
    let check = called.ok("elitea/doctor/repair", json!({"check": true, "paths": [machine.path(FILE)]}));
    assert!(!check["files"][0]["report"]["diff"].as_str().unwrap().is_empty(), "{check}");
    assert_eq!(settings(), before);
    let repaired = called.ok("elitea/doctor/repair", json!({"paths": [machine.path(FILE)]}));
    assert!(
        repaired["history"].is_string() && settings().contains("\"eliteacode.projectId\": 2"),
        "{repaired}"
    );
    let bundle = machine.home().join("report.md");
    assert_eq!(called.ok("elitea/doctor/bundle", json!({"path": bundle}))["path"], json!(bundle));

    let removed = called.ok("elitea/config/remove", json!({}));
    is_state(&removed, "written");
    assert!(!settings().contains("eliteacode.projectId"), "{}", settings());

    let created = called.ok("elitea/token/create", json!({"name": "made-here", "expires": "7d"}));
    assert_eq!((&created["token"]["name"], created.get("secret")), (&json!("made-here"), None));
    let rotated = called.ok("elitea/token/rotate", json!({"expires": null, "deleteOld": true}));
    assert_eq!((&rotated["old"], &rotated["token"]["inUse"]), (&json!("deleted"), &json!(true)));
    let tokens = called.ok("elitea/token/list", json!({}));
    assert!(
        tokens["tokens"].as_array().unwrap().iter().any(|token| token["uuid"] == rotated["token"]["uuid"])
    );
    let revoked = called.ok("elitea/token/revoke", json!({"token": rotated["token"]["uuid"]}));
    assert_eq!(revoked["token"]["inUse"], true);
    machine.log_in();
    assert_eq!(called.ok("elitea/auth/logout", json!({}))["forgotten"], true);

    let all = &hello["capabilities"]["experimental"]["elitea"]["methods"];
    let all: BTreeSet<String> = serde_json::from_value(all.clone()).unwrap();
    assert_eq!(called.names, all, "every method is tried");
    called.client.leave();
}

/// The failures that a person or a client can bring about, with the codes of the one table.
#[test]
fn every_method_fails_with_the_code_of_its_failure() {
    let machine = Machine::new(Dialect::Python);
    let mut client = Client::start(&mut server(&machine));
    let hello = client.initialize(json!({}));
    client.tolerate("elitea/status/didChange");
    let usage = |method: &str, params: Value| (method.to_owned(), params, -32602, "E_USAGE");
    let missing = |method: &str, params: Value| (method.to_owned(), params, -32730, "E_TOKEN_MISSING");
    let signed_out = [
        usage("elitea/project/list", json!({})),
        usage("elitea/auth/login", json!({"server": "ftp://x", "token": "x"})),
        (
            "elitea/auth/login".to_owned(),
            json!({"server": machine.server.url(), "token": "no token"}),
            -32731,
            "E_TOKEN_MALFORMED",
        ),
        usage("elitea/auth/login", json!({"server": machine.server.url()})),
        usage("elitea/auth/login", json!({"token": machine.server.token(), "found": "0123456789ab"})),
        usage("elitea/auth/login", json!({"found": "0123456789ab"})),
        usage("elitea/auth/logout", json!({})),
        usage("elitea/config/undo", json!({})),
    ];
    let check = |client: &mut Client, cases: &[(String, Value, i64, &str)]| {
        for (method, params, rpc, ours) in cases {
            let id = client.request(method, Some(params.clone()));
            let error = client.reply(id).expect_err(method);
            assert_eq!(
                (&error["code"], &error["data"]["code"]),
                (&json!(rpc), &json!(ours)),
                "{method}: {error}"
            );
            assert!(
                error["data"]["retryable"].is_boolean() && error["data"].get("hint").is_some(),
                "{error}"
            );
        }
    };
    check(&mut client, &signed_out);
    machine.log_in();
    machine.write("taken", b"");
    let signed_in = [
        usage("elitea/settings/render", json!({"ide": "vscode", "withToken": true})),
        usage("elitea/settings/render", json!({})),
        usage("elitea/config/plan", json!({"scopes": ["galaxy"]})),
        usage("elitea/config/apply", json!({"ides": ["no-such"]})),
        usage("elitea/config/resolve", json!({"keys": [], "choice": "keep"})),
        usage("elitea/config/resolve", json!({"keys": ["k"], "choice": "neither"})),
        usage("elitea/config/undo", json!({"id": "no-such"})),
        usage("elitea/config/remove", json!({"ides": ["no-such"]})),
        usage("elitea/config/explain", json!({"key": "no.such.key"})),
        usage("elitea/doctor/run", json!({"only": ["no-such-rule"]})),
        usage("elitea/doctor/repair", json!({"paths": ["no-such-file"]})),
        usage("elitea/doctor/bundle", json!({"path": machine.home().join("taken")})),
        usage("elitea/token/create", json!({"name": "two words"})),
        usage("elitea/token/rotate", json!({"expires": "soon"})),
        usage("elitea/token/revoke", json!({"token": "no-such"})),
        ("elitea/selection/set".to_owned(), json!({"project": 4711}), -32723, "E_PROJECT_UNKNOWN"),
    ];
    check(&mut client, &signed_in);
    assert_eq!(machine.run(&["logout"]).code, 0);
    check(&mut client, &[missing("elitea/token/list", json!({})), missing("elitea/model/list", json!({}))]);

    // With settings of ours that cannot be read, each says so.
    machine.write("elitea-config/config.toml", b"= broken");
    let all = &hello["capabilities"]["experimental"]["elitea"]["methods"];
    let cases: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|method| (method.as_str().unwrap().to_owned(), json!({}), -32721, "E_CONFIG"))
        .collect();
    check(&mut client, &cases);
    client.leave();
}
