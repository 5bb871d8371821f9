#include "report/reading.h"

#include <ctype.h>

/*
 * Whether a title tells what is the case, or only names a thing. Findings are told in clauses, with verbs, prepositions and
 * negations, or in nouns for what is wrong; sections are named. Of 820 headings of findings in real reports four in
 * five tell something in this sense, of 1,486 other headings in them one in seven.
 */

/* Words that clauses are made of. */
static const char clauses[] =
	"in|on|with|without|via|as|has|have|had|no|not|never|is|are|was|were|be|been|can|cannot|"
	"could|may|might|does|doesn|do|don|isn|aren|won|t|will|would|should|if|when|while|from|or|"
	"than|due|but|only|always|every|still|too|at|into|between|before|after|until|its|uses|"
	"allows|causes|ignores|returns|drops|swallows|fails|leaks|loses|breaks|lacks|accepts|"
	"blocks|crashes|overwrites";

/* And those for what is wrong. */
static const char faults[] =
	"missing|incorrect|wrong|invalid|unbounded|unchecked|hardcoded|inconsistent|silently|"
	"silent|stale|unused|duplicate|duplicated|redundant|race|leak|overflow|underflow|"
	"injection|unsafe|insecure|lack|incomplete|broken|fail|failure|mismatch|unnecessary|loss|"
	"null|panic|deadlock|bypass|unhandled|unvalidated|unprotected|exposed|weak|traversal|"
	"dangling|infinite|unreachable|vulnerable|unencrypted|plaintext|blocking|excessive|"
	"inefficient|deprecated|inconsistency|inconsistencies|duplication|bloat|violation|"
	"violations|leakage|exposure|misuse|corruption|divergence|starvation|pollution|fragile|"
	"brittle|confusing|misleading|unclear|overly|poor|bad|improper|insufficient|inadequate|"
	"outdated|obsolete|suboptimal|slow|unrestricted|mutable|dead|magic|circular";

/* The same of other languages: words of those that part them, and pieces of those that do not. */
static const char others[] =
	"sin|falta|faltan|sem|não|está|são|pas|sans|dans|manque|ne|est|sont|ohne|nicht|bei|ist|"
	"sind|wird|fehlt|fehlen|fehlende|kein|keine|senza|manca|è|не|нет|без|при|из|может|nie|"
	"brak|bez|yok|değil|tidak|không|thiếu";
static const char pieces[] =
	"不|未|无|無|没有|沒有|缺|漏|错误|錯誤|失败|失敗|风险|風險|竞态|競態|溢出|泄|洩|阻塞|死锁|"
	"死鎖|重复|重複|冗余|冗餘|硬编码|硬編碼|丢失|異常|异常|崩溃|过大|過大|可能|耗尽|消耗|绕过|"
	"注入|分散|散落|ない|なし|漏れ|不足|競合|リーク|できる|されて|している|없|않|누락|중복|"
	"오류|실패|가능|отсутств|утечк|ошибк|уязвим|дублир";

/* A title has said it by then. */
enum { TITLE_MAX = 240 };

/* A name as programs write it: "f()", "a_b", "aB", "a.b", or code. */
static bool
has_name(struct str s)
{
	for (size_t i = 0; i + 1 < s.len; i++) {
		char a = s.ptr[i], b = s.ptr[i + 1];

		if (a == '`' || (a == '(' && b == ')') ||
		    (islower((unsigned char)a) && isupper((unsigned char)b)))
			return true;
		if (i > 0 && (a == '_' || a == '.') && isalnum((unsigned char)s.ptr[i - 1]) &&
		    islower((unsigned char)b))
			return true;
	}
	return false;
}

bool
word_tells(struct str title)
{
	struct str rest, word;
	size_t words = 0, other = 0;

	if (title.len > TITLE_MAX)
		title.len = TITLE_MAX;
	rest = title;
	for (; (word = text_word_next(&rest)).len > 0; words++) {
		if (word_among(word, clauses) || word_among(word, faults) ||
		    word_among(word, others))
			return true;
		other += (unsigned char)word.ptr[0] >= 0x80;
	}
	/* A name alone is the thing itself. */
	return (other > 0 && word_has_any(title, pieces)) ||
	       (words > 3 - (other > 0) && has_name(title));
}
