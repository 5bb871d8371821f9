#include "report/reading.h"

/*
 * What a label announces: "Proposed Fix", "Root cause analysis", "Affected files". There are too many ways to put it to list
 * them, but they are made of few words: nouns, each of which stands for a field, and what is put around them. What
 * cannot be told from its words is listed.
 */

/* Labels as they stand. Of several that fit, the first counts. */
static const struct {
	enum field field;
	const char *words;
} labels[] = {
	{FIELD_ASIDE,
         "^found by|^reported by|^discovered by|^submitted by|^see also$|^flagged by|^tags$|"
         "^assigned|^estimated|^eta$|^warning$|^exit criterion|^overall$|^overall risk|"
         "^overall severity|^overall assessment|^note$|^notes$"},
	{FIELD_SEVERITY,
         "^severity|severity$|^risk level$|^risk rating$|^criticality|^rating$|^level$|"
         "^threat level|^sev$|^impact level$|^risk severity|^risk priority$"},
	{FIELD_PRIORITY, "^risk$"},
	{FIELD_LINES, "^line s$|^line no|^line nos|^line range|^line ranges|^loc$"},
	{FIELD_LOCATION,
         "^affected source|^file s$|^file s and|^file and|^file line|^files modified|^files "
         "changed|"
         "^files involved|^location|^locations|^where$|^affected$|^affected code|^affected file|"
         "^affected files|^affected component|^affected components|^affected contract|"
         "^affected contracts|^affected location|^affected locations|^relevant github|"
         "^github links$|^context$|^target$|^targets$|^lines of code|^code snippet$|^citations$|"
         "^code references$|^found in$|^relevant code$|^links to affected code$|^code$|^same in$|"
         "^also in$|^in$|^scope$|^position$"},
	{FIELD_DESCRIPTION,
         "^vulnerable code|^current code|^code evidence|^buggy code|^problematic code|"
         "^original code|^existing code|^before$|^bad$|^current$|^what's wrong|^what$|^why$|"
         "^what happens|^what it does|^actual$|^expected$|^why it's wrong|^why it is wrong|"
         "^actual output|^expected output|^actual result|^expected result|"
         "^current implementation|^current state$|^bugs$|^issues$|^problems$|"
         "^internal pre conditions$|^external pre conditions$|^symptom|^description|^root cause$|"
         "^evidence|^assessment$|^problem|^bug$|^the bug$"},
	{FIELD_FIX,
         "^proposed fix|^suggested fix|^recommended fix|^recommendation|^recommendations|"
         "^recommended$|^remediation|^mitigation|^mitigations|^suggestion|^suggested$|^proposed$|"
         "^how to fix|^possible fix|^fix recommendation|^fix suggestion|^fix applied|^fixed code|"
         "^corrected code|^after$|^to fix|^correct code|^good$|^secure code|^short term|"
         "^long term|^improved code|^correct implementation|^should be$|^better$|^better code|"
         "^what to do|^fixed version|^optimized$|^optimized code|^next step|^plan$|"
         "^committable suggestion|^prompt for ai agents|^better approach|^recommended approach|"
         "^action$|^required$"},
	{FIELD_DEMO,
         "^poc|^example of|^proof of concept|^proofs of concept|^exploit|^attack|"
         "^steps to reproduce|^how to reproduce|^to verify|^error message|^stack trace|"
         "^example attack|^verification$|^how to test|^runtime output|^test$|^tests$|^logs$|^log$"},
	{FIELD_STATUS, "^client response|^team response|^developer response|^project response|"
                       "^alleviation|^client$|^client comment|^response$"},
	{FIELD_CATEGORY, "^cwe|^rule$|^rule id|^weakness$|^check$|^detector$"},
	{FIELD_IMPACT,
         "^impact|^consequence|^consequences|^why it matters|^why this matters|^why it's|"
         "^why it is|^why this is|"
         "^failure mode|^failure scenario|^root cause impact|"
         "^root cause and impact|^result$|^risks$|^risk impact"},
	{FIELD_TITLE, "^title$|^name$|^finding$|^finding title$|^issue title$|^issue name$|"
                      "^vulnerability$|^vulnerability name$|^bug name$|^bug title$"},
	{FIELD_NUMBER, "^id$|^finding id$|^issue id$|^bug id$|^number$|^no$|^ref$|"
                       "^vulnerability id$"},
};

/* What the last noun of a label stands for, and what may be put around nouns. */
static const struct {
	enum field field;
	const char *words;
} nouns[] = {
	{FIELD_SEVERITY, "severity|criticality"},
	{FIELD_PRIORITY, "priority|urgency|cvss"},
	{FIELD_LINES, "line|lines"},
	{FIELD_LOCATION, "file|files|filename|filenames|location|locations|path|paths|component|"
                         "components|module|modules|contract|contracts|instances|occurrences|"
                         "site|sites|place|places"},
	{FIELD_FIX, "fix|fixes|solution|solutions|recommendation|recommendations|remediation|"
                    "mitigation|mitigations|suggestion|suggestions|patch|remedy|workaround|"
                    "workarounds|change|changes|improvement|action"},
	{FIELD_DEMO, "poc|exploit|exploits|exploitation|reproduction|reproduce|repro|scenario|"
                     "payload|output|vector"},
	{FIELD_IMPACT, "impact|impacts|consequence|consequences|effect|effects|harm|damage"},
	{FIELD_STATUS, "status|state|verdict|triage|resolution"},
	{FIELD_CATEGORY, "category|type|class|kind"},
	{FIELD_ASIDE, "likelihood|confidence|probability|exploitability|difficulty|effort|author|"
                      "authors|date|reporter|reviewer|auditor|reference|references|link|links|"
                      "owner|owners|source|sources|score|vector|tool|tools|cost|complexity|time|"
                      "estimate|version|versions"},
	{FIELD_DESCRIPTION,
         "description|summary|detail|details|cause|causes|explanation|analysis|behavior|"
         "behaviour|reason|reasoning|background|observation|rationale|symptom|symptoms|problem|"
         "issue|snippet|concern|overview|comment|comments|discussion|evidence|statement"},
	{FIELD_NONE,
         "the|of|for|and|a|an|this|s|proposed|suggested|recommended|possible|potential|affected|"
         "relevant|vulnerable|detailed|short|brief|technical|specific|exact|actual|expected|main|"
         "primary|additional|further|other|related|initial|original|existing|current|general|"
         "security|bug|issue|finding|vulnerability|problem|defect|error|code|root|business|user|"
         "quick|minimal|preferred|required|immediate|alternative|implementation|steps|source|"
         "test|attack|plan|direction|options|full|minimum|simple|applied|implemented|used|"
         "approach|level|rating|github|number|numbers|range|ranges|name"},
};

/* Those of other languages, as they stand. */
static const struct {
	enum field field;
	const char *labels;
} others[] = {
	{FIELD_LOCATION,
         "文件|位置|文件位置|所在文件|涉及文件|受影响文件|问题文件|相关文件|代码位置|ファイル|"
         "場所|該当箇所|対象ファイル|파일|위치|관련 파일|Archivo|Archivos|Arquivo|Arquivos|"
         "Fichier|Fichiers|Datei|Dateien|Ubicación|Localização|Emplacement|Stelle|Posizione|Plik|"
         "Pliki|Dosya|Dosyalar|Konum|Lokasi|Berkas|Bestand|Soubor|Filer|Файл|Файлы|Место|"
         "Расположение|Де|Tệp|Vị trí"},
	{FIELD_LINES,
         "行号|行|行数|行番号|줄|라인|Línea|Líneas|Linea|Lineas|Linha|Linhas|Ligne|Lignes|Zeile|"
         "Zeilen|Riga|Righe|Satır|Baris|Linia|Строка|Строки|Рядок|Dòng"},
	{FIELD_SEVERITY,
         "严重程度|严重性|严重级别|严重度|危害等级|风险等级|危险等级|级别|等级|重要度|深刻度|"
         "重大度|심각도|위험도|등급|Severidad|Severidade|Gravedad|Gravité|Gravidade|Sévérité|"
         "Schweregrad|Severità|Gravità|Criticidad|Criticidade|Criticité|Criticità|Önem|Ciddiyet|"
         "Ważność|Keparahan|Tingkat keparahan|Allvarlighetsgrad|Критичность|Серьёзность|"
         "Серьезность|Важность|Уровень|Критичність|Mức độ"},
	{FIELD_PRIORITY,
         "优先级|優先度|우선순위|Prioridad|Prioridade|Priorité|Priorität|Priorità|Öncelik|"
         "Priorytet|Prioritas|Приоритет|Пріоритет"},
	{FIELD_DESCRIPTION,
         "描述|问题描述|问题|原因|原因分析|根因|根因分析|根本原因|现状|现象|说明|详情|問題|説明|"
         "内容|概要|現象|現状|문제|문제점|설명|원인|증상|내용|현상|Problema|Problème|Descripción|"
         "Descrição|Beschreibung|Descrizione|Causa|Ursache|Cause racine|Symptôme|Síntoma|Opis|"
         "Przyczyna|Sorun|Açıklama|Neden|Masalah|Deskripsi|Penyebab|Probleem|Проблема|Баг|"
         "Описание|Причина|Симптом|Суть|Что происходит|Опис|Vấn đề|Mô tả|Nguyên nhân"},
	{FIELD_IMPACT,
         "影响|影响范围|后果|风险|危害|影響|影響範囲|リスク|영향|위험|Impacto|Riesgo|Risco|"
         "Auswirkung|Auswirkungen|Folge|Folgen|Risiko|Consecuencia|Consequência|Conséquence|"
         "Risque|Impatto|Rischio|Etki|Dampak|Skutek|Wpływ|Влияние|Последствия|Риск|Эффект|Вплив|"
         "Ảnh hưởng|Tác động"},
	{FIELD_FIX,
         "修复|修复方案|修复建议|修复方向|修复方法|建议|建议修复|解决方案|解决方法|修改建议|"
         "改进建议|整改建议|处理建议|优化建议|修正|修正内容|修正方法|修正案|修正方針|対策|対応|"
         "改善案|推奨|推奨対応|권장|조치|수정|수정 방안|해결|해결책|해결 방안|해결 방법|개선|"
         "개선안|개선 방안|권고|권장 사항|Solución|Solução|Corrección|Correção|Recomendación|"
         "Recomendação|Sugerencia|Sugestão|Arreglo|Lösung|Empfehlung|Behebung|Maßnahme|Vorschlag|"
         "Correction|Correctif|Recommandation|Soluzione|Correzione|Raccomandazione|Çözüm|Öneri|"
         "Rozwiązanie|Zalecenie|Solusi|Perbaikan|Rekomendasi|Oplossing|Решение|Исправление|"
         "Рекомендация|Рекомендации|Нужно|Как исправить|Фикс|Виправлення|Рішення|Giải pháp|"
         "Khuyến nghị|Cách sửa"},
	{FIELD_DEMO, "复现步骤|复现|验证|再現手順|재현 방법|Reproducción|Reproduktion|"
                     "Воспроизведение|Проверка"},
	{FIELD_CATEGORY,
         "类别|类型|分类|種別|分類|유형|분류|Categoría|Categoria|Catégorie|Kategorie|Тип|"
         "Категория|Kategori"},
	{FIELD_STATUS, "状态|ステータス|状態|상태|Estado|Statut|Stato|Durum|Статус|État|Стан"},
	{FIELD_NUMBER, "编号|序号|番号|번호|№"},
	{FIELD_TITLE, "标题|问题摘要|タイトル|제목|Título|Titre|Titel|Titolo|Название"},
};

/* A label may go on ("Impact on users") by so many words; a title goes on by more. */
enum { MORE_WORDS = 5 };

static size_t
spaces(struct str words)
{
	size_t n = 0;

	for (size_t i = 0; i < words.len; i++)
		n += words.ptr[i] == ' ';
	return n;
}

/* The field that one word stands for, or, where it is only put around others, FIELD_NONE; false where it is neither. */
static bool
noun_field(struct str word, enum field *field)
{
	for (size_t i = 0; i < sizeof(nouns) / sizeof(*nouns); i++)
		if (word_among(word, nouns[i].words)) {
			*field = nouns[i].field;
			return true;
		}
	return false;
}

/*
 * That of a label made of known words alone: what its last noun says, but that a word for any text gives way: "impact
 * analysis" is about the impact. After "of" and the like nothing counts.
 */
static enum field
field_composed(struct str label)
{
	enum field field = FIELD_NONE, one;
	struct str word;

	while ((word = word_next(&label)).len > 0) {
		if (field != FIELD_NONE && word_among(word, "of|for|to|in|on"))
			break;
		if (!noun_field(word, &one))
			return FIELD_NONE;
		if (one == FIELD_NONE || (one == FIELD_DESCRIPTION && field != FIELD_NONE))
			continue;
		field = one;
	}
	return field;
}

static enum field
field_listed(const char *words)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		const char *list = labels[i].words;
		struct str pattern;

		while ((pattern = list_next(&list)).len > 0)
			if (words_match(words, pattern) &&
			    spaces(str_of(words)) <= spaces(pattern) + 1 + MORE_WORDS)
				return labels[i].field;
	}
	return FIELD_NONE;
}

static enum field
field_other(struct str label)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (word_among(label, others[i].labels))
			return others[i].field;
	return FIELD_NONE;
}

enum field
word_field(struct str label)
{
	char words[WORDS_MAX + 2];
	enum field field;

	label = word_strip(label);
	if (label.len == 0 || label.len > 60)
		return FIELD_NONE;
	field = field_other(label);
	if (field == FIELD_NONE && words_of(label, words))
		field = field_listed(words);
	return field != FIELD_NONE ? field : field_composed(label);
}

enum field
word_field_ends(struct str label)
{
	enum field field = word_field(label);
	struct str s = word_strip(label), known;

	if (field != FIELD_NONE || s.len > 24 || s.len == 0 || (unsigned char)s.ptr[0] < 0x80)
		return field;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		for (const char *list = others[i].labels; (known = list_next(&list)).len > 0;)
			if (known.len >= 6 && known.len < s.len &&
			    (str_eq(str_from(s, s.len - known.len), known) || str_starts(s, known)))
				return others[i].field;
	return FIELD_NONE;
}
