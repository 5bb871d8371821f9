# What eros-health does, in jq.
def verdict:
  if .void_active == true then ["critical", "void_active"]
  elif .risk_score != null then
    if .risk_score < 0.15 then ["healthy", "risk_score \(.risk_score) < 0.15"]
    elif .risk_score < 0.30 then ["degraded", "risk_score \(.risk_score) >= 0.15"]
    else ["critical", "risk_score \(.risk_score) >= 0.3"] end
  elif .coherence != null then
    if .coherence >= 0.85 then ["healthy", "coherence \(.coherence) >= 0.85"]
    elif .coherence >= 0.60 then ["degraded", "coherence \(.coherence) < 0.85"]
    else ["critical", "coherence \(.coherence) < 0.6"] end
  else ["degraded", "no metrics"] end;

verdict as [$health, $reason] | .health = $health | .reason = $reason
