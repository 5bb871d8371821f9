# The conditions of alert.yaml; the names of those that hold.
(if .risk_score >= 0.3 and (.void_active | not) then "Critical" else empty end),
(if .void_active == true and .turn > 390 then "Void" else empty end),
(if .coherence < 0.001 and .specialty == "code" then "Incoherent" else empty end),
(if .turn > 398.5 then "Long" else empty end),
(if .tokens > 199000 and .turn < 10 then "Costly" else empty end),
(if .meta.host == "node-07" and .meta.beta and .turn == 7 then "Loaded" else empty end),
(if (.specialty == "research" or .specialty == "review") and .risk_score > 0.599 then "Specialist" else empty end),
(if .risk_score > 0.55 and .coherence > 0.9 then "Doubtful" else empty end),
(if .turn % 10 == 0 and .tokens < 200 then "Tenth" else empty end),
(if .type == "sample" and (has("risk_score") | not) and .turn > 390 then "Unmeasured" else empty end)
