# Whether a log is SARIF 2.1.0, as far as what is written here goes: the schema's members, types and words of each object that
# occurs. Gives what is wrong, a line each, and nothing where all is well.
#
#   jq -r -f t/data/sarif.jq log

def only($where; $known): objects | keys - $known | .[] | "\($where): unknown member \(.)";
def is($where; $wanted): select(type != $wanted) | "\($where): no \($wanted)";
def needs($where; $wanted): objects | . as $o | $wanted[] | select(in($o) | not) | "\($where): \(.) is missing";
def word($where; $words): select(. as $w | $words | index([$w]) | not) | "\($where): \(.) is no word for it";
def unique($where): select(length != (unique | length)) | "\($where): the same twice";
def from($where; $least): select(type != "number" or . < $least or . != floor) | "\($where): \(.)";
def message($where): is($where; "object"), only($where; ["text"]), needs($where; ["text"]), (.text | is($where; "string"));
def level($where): word($where; ["none", "note", "warning", "error"]);

def artifact: only("artifactLocation"; ["uri", "uriBaseId"]),
	(.uri | is("uri"; "string"), (select(test("[^A-Za-z0-9._~:/?#@!$&'()*+,;=%-]|%(?![0-9A-F]{2})")) | "uri: \(.)"));
def region: only("region"; ["startLine", "startColumn", "endLine", "endColumn"]), needs("region"; ["startLine"]),
	(.[] | from("region"; 1)), (select(.endLine and .endLine < .startLine) | "region: turned round");
def location: only("location"; ["physicalLocation", "message"]),
	(.message // empty | message("location.message")),
	(.physicalLocation | only("physicalLocation"; ["artifactLocation", "region"]),
		(.artifactLocation | artifact), (.region // empty | region));
def rule: only("rule"; ["id", "shortDescription", "help", "defaultConfiguration", "properties"]), needs("rule"; ["id"]),
	(.shortDescription, .help | values | message("rule")),
	(.defaultConfiguration | only("defaultConfiguration"; ["level"]), (.level | level("rule"))),
	(.properties | is("properties"; "object"), (.tags // [] | unique("tags"), (.[] | is("tags"; "string"))));
def result($rules):
	only("result"; ["ruleId", "ruleIndex", "message", "kind", "level", "suppressions", "baselineState", "locations",
		"relatedLocations", "partialFingerprints", "properties"]), needs("result"; ["message"]),
	(.message | message("result")), (.level | level("result")),
	(.kind | word("kind"; ["notApplicable", "pass", "fail", "review", "open", "informational"])),
	(select(.kind != "fail" and .level != "none") | "result: a level where nothing fails"),
	(select(.ruleIndex and $rules[.ruleIndex].id != .ruleId) | "ruleIndex: \(.ruleIndex)"),
	(.baselineState // empty | word("baselineState"; ["new", "unchanged", "updated", "absent"])),
	(.suppressions // [] | .[] | only("suppression"; ["kind", "status", "justification"]), needs("suppression"; ["kind"]),
		(.kind | word("suppression"; ["inSource", "external"]))),
	(.locations // [] | .[] | location),
	(.relatedLocations // [] | unique("relatedLocations"), (.[] | location)),
	(.partialFingerprints // {} | .[] | is("partialFingerprints"; "string")),
	(.partialFingerprints.primaryLocationLineHash // empty |
		select(test("^[0-9a-f]{1,16}:[1-9][0-9]*$") | not) | "primaryLocationLineHash: \(.)"),
	(.properties | is("properties"; "object"));

only("log"; ["$schema", "version", "runs"]), needs("log"; ["version", "runs"]), (.version | word("version"; ["2.1.0"])),
(.runs[] | only("run"; ["tool", "results", "columnKind"]), needs("run"; ["tool", "results"]),
	(.columnKind | word("columnKind"; ["utf16CodeUnits", "unicodeCodePoints"])),
	(.tool | only("tool"; ["driver"]), (.driver | only("driver"; ["name", "version", "rules"]), needs("driver"; ["name"]),
		(.rules | unique("rules"), (.[] | rule)))),
	(.tool.driver.rules as $rules | .results[] | result($rules)))
