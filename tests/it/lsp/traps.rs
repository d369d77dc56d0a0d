//! What the library does wrong of itself, each of it closed: requests, replies, frames, order.

use elitea_helper::fake::{Dialect, Effect, Fault};
use serde_json::{Value, json};

use super::client::{Client, code, frame, server, until};
use crate::machine::Machine;

const STATUS: &str = "elitea/status/didChange";

/// Where models are asked for.
const MODELS: &str = "/api/v2/configurations";

/// A machine whose server never answers when it is asked for models.
fn hanging() -> Machine {
    let machine = Machine::new(Dialect::Python);
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4"]).code, 0);
    machine.server.faults(vec![Fault::on(MODELS, Effect::Hang)]);
    machine
}

/// How often the server was asked for models so far.
fn asked(machine: &Machine) -> usize {
    machine.server.requests().iter().filter(|seen| seen.path.starts_with(MODELS)).count()
}

#[test]
fn shutdown_takes_parameters_in_every_form() {
    let machine = Machine::new(Dialect::Python);
    for params in [None, Some(Value::Null), Some(json!({})), Some(json!([])), Some(json!({"more": 1}))] {
        let mut client = Client::session(&machine);
        let id = client.request("shutdown", params.clone());
        assert_eq!(client.reply(id), Ok(Value::Null), "{params:?}");
        assert_eq!(client.fails("elitea/config/history", json!({})).0, -32600);
        client.send(&json!({"jsonrpc": "2.0", "method": "exit", "params": params}));
        let ended = client.ended();
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{params:?}");
    }
}

#[test]
fn exit_ends_the_process_with_the_input_open() {
    let machine = Machine::new(Dialect::Python);
    for initialized in [true, false] {
        let mut client =
            if initialized { Client::session(&machine) } else { Client::start(&mut server(&machine)) };
        client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
        let ended = client.ended();
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "without shutdown the code is 1");
    }
    Client::session(&machine).leave();
}

#[test]
fn the_end_of_the_input_ends_the_process_whatever_is_pending() {
    let machine = hanging();
    let idle = Client::session(&machine);
    let mut pending = Client::session(&machine);
    let before = asked(&machine);
    for _ in 0..5 {
        pending.request("elitea/model/list", None);
    }
    until("five requests", || asked(&machine) == before + 5);
    for (what, mut client) in [("idle", idle), ("five requests pending", pending)] {
        client.close_input();
        if what != "idle" {
            let replies = client.replies(&[2, 3, 4, 5, 6]);
            assert!(replies.values().all(|reply| reply.as_ref().is_err_and(|error| error["code"] == -32800)));
        }
        let ended = client.ended();
        println!("{what}: ended after {:?}", ended.after);
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{what}");
        assert!(ended.after.as_millis() < 1_000, "{what}: {:?}", ended.after);
    }
}

#[test]
fn late_and_strange_replies_do_no_harm() {
    let machine = hanging();
    let mut client = Client::start(&mut server(&machine));
    client.initialize(json!({"capabilities": {"window": {"workDoneProgress": true}}}));
    let id = client.request("elitea/model/list", None);
    let create = client.told("window/workDoneProgress/create");
    client.cancel(id);
    assert_eq!(client.reply(id).unwrap_err()["code"], -32800);
    for reply in [
        json!({"jsonrpc": "2.0", "id": create["id"], "result": null}),
        json!({"jsonrpc": "2.0", "id": create["id"], "result": null}),
        json!({"jsonrpc": "2.0", "id": 999, "result": {}}),
        json!({"jsonrpc": "2.0", "id": "x", "error": {"code": 1, "message": "m"}}),
        json!({"jsonrpc": "2.0", "id": null, "error": {"code": 1, "message": "m"}}),
        json!({"jsonrpc": "2.0", "id": null, "result": null}),
    ] {
        client.send(&reply);
    }
    client.cancel(id);
    client.cancel(12345);
    client.notify("$/cancelRequest", Value::Null);
    client.notify("$/unknown", json!({}));
    client.notify("unknown/notification", json!([1, 2]));
    let unknown = client.request("$/unknown", None);
    assert_eq!(client.reply(unknown).unwrap_err()["code"], -32601);
    client.is_alive();
    // What a strange reply is worth in the log is its own affair; the session goes on.
    client.close_input();
    assert_eq!(client.ended().code, 1);
}

#[test]
fn progress_is_told_under_either_token_and_calls_off() {
    let machine = hanging();
    let mut client = Client::start(&mut server(&machine));
    client.initialize(json!({"capabilities": {"window": {"workDoneProgress": true}}}));
    let ours = client.request("elitea/model/list", Some(json!({"workDoneToken": null})));
    let create = client.told("window/workDoneProgress/create");
    client.send(&json!({"jsonrpc": "2.0", "id": create["id"], "result": null}));
    let given = client.request("elitea/model/list", Some(json!({"workDoneToken": 7})));
    for (id, token) in [(ours, create["params"]["token"].clone()), (given, json!(7))] {
        let begin = client.told("$/progress");
        assert_eq!((&begin["params"]["token"], &begin["params"]["value"]["kind"]), (&token, &json!("begin")));
        client.notify("window/workDoneProgress/cancel", json!({"token": token}));
        assert_eq!(client.reply(id).unwrap_err()["code"], -32800);
        let end = client.told("$/progress");
        assert_eq!((&end["params"]["token"], &end["params"]["value"]["kind"]), (&token, &json!("end")));
    }
    client.leave();
}

#[test]
fn a_panic_fails_one_request_and_tells_its_place_alone() {
    if !cfg!(debug_assertions) {
        println!("skipped: a release has no method that panics");
        return;
    }
    let machine = hanging();
    let mut command = server(&machine);
    command.env("ELITEA_HELPER_TEST_PANIC", "elitea/ide/list");
    let mut client = Client::session_of(&mut command);
    let pending = client.request("elitea/model/list", None);
    for _ in 0..3 {
        let error = client.fails("elitea/ide/list", json!({}));
        assert_eq!(error, (-32603, "E_INTERNAL".to_owned()));
    }
    client.is_alive();
    client.cancel(pending);
    assert_eq!(client.reply(pending).unwrap_err()["code"], -32800);
    client.close_input();
    let ended = client.ended();
    assert_eq!(ended.stderr.matches("panic at src").count(), 3, "{}", ended.stderr);
    assert!(!ended.stderr.contains("as the test asked"), "{}", ended.stderr);
}

#[test]
fn many_calls_that_wait_hold_up_nobody() {
    let machine = hanging();
    let mut client = Client::start(&mut server(&machine));
    client.initialize(json!({"capabilities": {"window": {"workDoneProgress": true}}}));
    let before = asked(&machine);
    let ids: Vec<i64> = (0..12).map(|_| client.request("elitea/model/list", None)).collect();
    until("all requests", || asked(&machine) == before + ids.len());
    // Each waits for the server, and its progress for a client that never answers.
    for _ in &ids {
        client.told("window/workDoneProgress/create");
    }
    client.is_alive();
    for id in &ids {
        client.cancel(*id);
    }
    for (id, reply) in client.replies(&ids) {
        assert_eq!(reply.unwrap_err()["code"], -32800, "{id}");
    }
    client.leave();
}

#[test]
fn a_malformed_frame_is_answered_and_the_next_one_taken() {
    let machine = Machine::new(Dialect::Python);
    let mut client = Client::session(&machine);
    let long = format!("Content-Length: {}\r\n\r\n", 64 * 1024 * 1024 + 1);
    let request =
        |id: i64| json!({"jsonrpc": "2.0", "id": id, "method": "elitea/config/history"}).to_string();
    let cut = request(50);
    let cases: Vec<(Vec<u8>, i64)> = vec![
        (b"nonsense\r\n\r\n".to_vec(), -32700),
        (b"Content-Length: x\r\n\r\n".to_vec(), -32700),
        (b"Content-Type: application/json\r\n\r\n{}".to_vec(), -32700),
        (frame("{not json}"), -32700),
        (frame(""), -32700),
        (b"Content-Length: 3\r\n\r\n\xff\xfe\xfd".to_vec(), -32700),
        (format!("Content-Length: {}\r\n\r\n{cut}", cut.len() - 3).into_bytes(), -32700),
        (frame(&format!("[{},{}]", request(51), request(52))), -32600),
        (frame("[]"), -32600),
        (frame("1"), -32600),
        (frame("{}"), -32600),
        (frame(r#"{"jsonrpc":"1.0","method":"initialized"}"#), -32600),
        (frame(r#"{"jsonrpc":"2.0","method":7}"#), -32600),
    ];
    for (bytes, expected) in cases {
        client.raw(&bytes);
        let answer = client.next();
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(expected)), "{shown}");
        client.is_alive();
    }
    client.send(&json!({"jsonrpc": "1.0", "id": 77, "method": "elitea/config/history"}));
    assert_eq!(client.reply(77).unwrap_err()["code"], -32600);
    // The header says more than is there: what follows is within it, and is found.
    client.raw(format!("Content-Length: {}\r\n\r\n{{}}", frame(&request(78)).len()).as_bytes());
    client.raw(&frame(&request(78)));
    assert_eq!(client.next()["error"]["code"], -32700);
    client.reply(78).unwrap();
    client.raw(long.as_bytes());
    assert_eq!(client.next()["error"]["code"], -32600);
    let piece = vec![b' '; 1024 * 1024 + 1];
    client.raw(&piece);
    for _ in 0..63 {
        client.raw(&piece[1..]);
    }
    for byte in frame(&request(79)) {
        client.raw(&[byte]);
    }
    client.reply(79).unwrap();
    client.raw(b"Content-Le");
    client.close_input();
    let ended = client.ended();
    assert!(ended.code == 1 && !ended.stderr.contains("panic"), "{ended:?}");
    assert!(ended.stderr.contains("the input ended within a message"), "{ended:?}");
}

/// Everything in one piece: what follows `initialize` and `shutdown` depends on them.
#[test]
fn messages_are_taken_in_their_order() {
    let machine = Machine::new(Dialect::Python);
    for _ in 0..10 {
        let mut client = Client::start(&mut server(&machine));
        let messages = [
            json!({"jsonrpc": "2.0", "id": 1, "method": "elitea/config/history"}),
            json!({"jsonrpc": "2.0", "id": 2, "method": "initialize", "params": {"capabilities": {}}}),
            json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
            json!({"jsonrpc": "2.0", "id": 3, "method": "initialize", "params": {"capabilities": {}}}),
            json!({"jsonrpc": "2.0", "id": 4, "method": "shutdown"}),
            json!({"jsonrpc": "2.0", "id": 5, "method": "elitea/config/history"}),
        ];
        let bytes: Vec<u8> = messages.iter().flat_map(|message| frame(&message.to_string())).collect();
        client.raw(&bytes);
        let replies = client.replies(&[1, 2, 3, 4, 5]);
        let codes: Vec<i64> =
            replies.values().map(|reply| reply.as_ref().map_or_else(|error| code(error).0, |_| 0)).collect();
        assert_eq!(codes, [-32002, 0, -32600, 0, -32600]);
        client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
        assert_eq!(client.ended().code, 0);
    }
}

#[test]
fn methods_of_ours_take_parameters_in_every_form() {
    let machine = Machine::new(Dialect::Python);
    machine.log_in();
    let mut client = Client::session(&machine);
    client.tolerate(STATUS);
    let forms = [
        None,
        Some(Value::Null),
        Some(json!({})),
        Some(json!([])),
        Some(json!([null])),
        Some(json!([{}])),
        Some(json!({"unknown": [1], "project": null, "revoke": null, "paths": null})),
    ];
    for method in ["elitea/status/get", "elitea/project/list", "elitea/token/list", "elitea/ide/list"] {
        for params in &forms {
            let id = client.request(method, params.clone());
            client.reply(id).unwrap_or_else(|error| panic!("{method} {params:?}: {error}"));
        }
    }
    for params in [json!("text"), json!([1, 2]), json!({"project": "four"})] {
        let error = client.fails("elitea/model/list", params);
        assert_eq!(error, (-32602, "E_USAGE".to_owned()));
    }
    let id = client.request("elitea/token/list", None);
    // The id is taken: the second one is refused, and the first one is answered all the same.
    client.send(&json!({"jsonrpc": "2.0", "id": id, "method": "elitea/token/list"}));
    let answers = [client.next(), client.next()];
    assert_eq!(
        answers.iter().filter(|answer| answer["result"]["tokens"].is_array()).count(),
        1,
        "{answers:?}"
    );
    assert_eq!(answers.iter().filter(|answer| answer["error"]["code"] == -32600).count(), 1, "{answers:?}");
    // A request of ours that is sent as a notification is nothing.
    client.notify("elitea/auth/logout", json!({}));
    assert_eq!(client.fails("elitea/no/such", json!({})).0, -32601);
    assert!(client.call("elitea/status/get", json!({}))["token"].is_object());
    client.leave();
}
