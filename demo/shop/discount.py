"""Discounts: a rule is an expression such as "total > 100"."""

RULES = [("total > 100", 10), ("items >= 5", 5)]


def applies(rule, total, items):
    try:
        return eval(rule, {"total": total, "items": items})
    except Exception:
        return False


def discount(total, items):
    return sum(percent for rule, percent in RULES if applies(rule, total, items))
