# The conditions of alert.yaml: for each that holds, which, when and whose.
def alert(name): {alert: name, ts, agent};
(if .risk_score >= 0.3 and (.void_active | not) then alert("Critical") else empty end),
(if .void_active == true and .turn > 390 then alert("Void") else empty end),
(if .coherence < 0.001 and .specialty == "code" then alert("Incoherent") else empty end),
(if .turn > 398.5 then alert("Long") else empty end),
(if .tokens > 199000 and .turn < 10 then alert("Costly") else empty end),
(if .meta.host == "node-07" and .meta.beta and .turn == 7 then alert("Loaded") else empty end),
(if (.specialty == "research" or .specialty == "review") and .risk_score > 0.599 then alert("Specialist") else empty end),
(if .risk_score > 0.55 and .coherence > 0.9 then alert("Doubtful") else empty end),
(if .turn % 10 == 0 and .tokens < 200 then alert("Tenth") else empty end),
(if .type == "sample" and (has("risk_score") | not) and .turn > 390 then alert("Unmeasured") else empty end)
