#include "policy/alert_rules.h"

/* What stands between the braces: a member's path, $labels.NAME or $value. */
static bool
piece_of(struct str inner, struct alert_piece *piece)
{
	static const char labels[] = "$labels.";

	*piece = (struct alert_piece){PIECE_MEMBER, inner};
	if (str_is(inner, "$value")) {
		piece->kind = PIECE_VALUE;
		return true;
	}
	if (str_starts(inner, str_of(labels))) {
		*piece = (struct alert_piece){PIECE_LABEL, str_from(inner, sizeof(labels) - 1)};
		inner = piece->text;
	}
	for (size_t i = 0; i < inner.len; i++)
		if (strchr(" \t\n|$(){}\"'", inner.ptr[i]))
			return false;
	return inner.len > 0;
}

static void
add_piece(struct alert_label *label, struct alert_piece piece)
{
	if (piece.kind == PIECE_TEXT && piece.text.len == 0)
		return;
	GROW(label->piece, label->pieces, label->piece_cap);
	label->piece[label->pieces++] = piece;
}

const char *
alert_label_compile(struct alert_label *label)
{
	struct str rest = label->text;
	const char *open;

	while ((open = memmem(rest.ptr, rest.len, "{{", 2))) {
		struct alert_piece piece = {PIECE_TEXT, {rest.ptr, (size_t)(open - rest.ptr)}};
		const char *close;

		rest = str_from(rest, piece.text.len + 2);
		close = memmem(rest.ptr, rest.len, "}}", 2);
		if (!close)
			return "'{{' without '}}'";
		add_piece(label, piece);
		if (!piece_of(str_trim((struct str){rest.ptr, (size_t)(close - rest.ptr)}), &piece))
			return "expected a member, $labels.NAME or $value between '{{' and '}}'";
		add_piece(label, piece);
		rest = str_from(rest, (size_t)(close - rest.ptr) + 2);
	}
	add_piece(label, (struct alert_piece){PIECE_TEXT, rest});
	return NULL;
}
