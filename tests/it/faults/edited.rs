//! After a kill the user goes on working: what the killed run wrote is still known to be ours.

use super::scenes::{SCENES, Stage};
use super::trace::{self, Fault};
use super::tree::Tree;

const FILE: &str = ".config/Code/User/settings.json";

#[test]
fn an_edit_after_a_kill_is_kept_and_our_keys_are_known() {
    if !trace::usable() {
        return;
    }
    let scene = SCENES.iter().find(|scene| scene.name == "apply, two targets with the token").unwrap();
    let stage = Stage::set(scene);
    let (points, _) = stage.points();
    let mut found = Vec::new();
    for point in &points {
        stage.start.put_back(stage.machine.home());
        trace::fail(&stage.machine, scene.command, point, Fault::Kill);
        if let Err(words) = goes_on(&stage) {
            found.push(format!("KILL at {}: {words}", point.seen));
        }
    }
    println!("an edit after each of {} kills", points.len());
    assert!(found.is_empty(), "{} of {} kills do harm:\n{}", found.len(), points.len(), found.join("\n"));
}

fn goes_on(stage: &Stage) -> Result<(), String> {
    let machine = &stage.machine;
    let path = machine.path(FILE);
    let edit = |text: &str| text.replace("\"editor.fontSize\": 13", "\"editor.fontSize\": 14");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, edit(&text)).unwrap();
    for arguments in [stage.scene.command, &["remove"]] {
        let ran = machine.run(arguments);
        if ran.code != 0 {
            return Err(format!("{arguments:?}: {ran:?}"));
        }
        let now = Tree::read(machine.home());
        let wanted = if arguments == ["remove"] { &stage.origin } else { &stage.goal };
        let wanted = edit(&String::from_utf8_lossy(wanted.bytes(FILE).unwrap()));
        let text = String::from_utf8_lossy(now.bytes(FILE).unwrap());
        if text != wanted {
            return Err(format!("after {arguments:?}: {text}\nnot {wanted}"));
        }
    }
    Ok(())
}
