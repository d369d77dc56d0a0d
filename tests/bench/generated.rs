//! Files as users have them, of any size: the same at every run.

/// Settings of VS Code of about this many bytes: comments, blank lines, per-language objects, arrays,
/// long strings, a trailing comma.
pub(crate) fn settings(bytes: usize) -> String {
    let mut text = String::from("// Settings of a developer.\n{\n    \"editor.fontSize\": 13,\n");
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        let n = number;
        text += &match n % 6 {
            0 => format!(
                "    // Why {n}: see the team's guide, \"chapter {n}\".\n    \"editor.rulers{n}\": [80, 100, 120],\n"
            ),
            1 => format!(
                "    \"[language{n}]\": {{\n        \"editor.defaultFormatter\": \"publisher.formatter-{n}\",\n        \
                 \"editor.tabSize\": {},\n        \"editor.codeActionsOnSave\": {{ \"source.fixAll\": \"explicit\" }}\n    }},\n",
                n % 8
            ),
            2 => format!(
                "    \"extension{n}.exclude\": [\n        \"**/node_modules\",\n        \"**/build-{n}/**\", /* made */\n        \
                 {{ \"pattern\": \"*.tmp{n}\", \"when\": true }}\n    ],\n"
            ),
            3 => format!(
                "    \"workbench.colorCustomizations{n}\": {{ \"editor.background\": \"#1e{:02x}2e\", \"tab.border\": null }},\n",
                n % 256
            ),
            4 => format!(
                "    \"terminal.integrated.env.linux{n}\": {{ \"PATH\": \"/opt/tool-{n}/bin:${{env:PATH}}\", \"NAME\": \"J\\u00fcrgen \\\"x\\\"\" }},\n"
            ),
            _ => format!(
                "\n    \"extension{n}.enabled\": {}, // asked in {n}\n    \"extension{n}.ratio\": 1.5e-{},\n",
                n % 2 == 0,
                n % 9
            ),
        };
    }
    text.push_str("    \"files.eol\": \"\\n\",\n}\n");
    text
}

/// A file of a JetBrains project of about this many bytes: components, options, lists, attributes.
pub(crate) fn project_xml(bytes: usize) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n");
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        let n = number;
        text += &format!(
            "  <component name=\"Component{n}\">\n    <option name=\"lastPath\" value=\"$PROJECT_DIR$/src &amp; more/{n}\" />\n    \
             <list>\n      <item index=\"{}\" class=\"java.lang.String\" itemvalue=\"value {n}\" />\n    </list>\n    \
             <!-- kept by hand -->\n    <text><![CDATA[{{ \"key{n}\": \"<value>\" }}]]></text>\n  </component>\n",
            n % 10
        );
    }
    text.push_str("</project>\n");
    text
}
