/*
 * What eros-health does, over simdjson's on-demand parser: judge each line by void_active, risk_score and coherence,
 * append health and reason. Reads and writes in large pieces, copies nothing twice, parses where the line lies.
 */
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unistd.h>
#include <vector>

using namespace simdjson;

struct metrics {
	bool void_active = false, has_risk = false, has_coherence = false;
	double risk = 0, coherence = 0;
	std::string_view risk_text, coherence_text;
};

static std::string_view
trimmed(std::string_view s)
{
	while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r'))
		s.remove_suffix(1);
	return s;
}

/* One pass over the members, whatever their order. */
static error_code
take(ondemand::document &doc, metrics &m)
{
	ondemand::object object;
	error_code error = doc.get_object().get(object);

	if (error)
		return error;
	for (auto found : object) {
		ondemand::field field;

		if ((error = std::move(found).get(field)))
			return error;
		ondemand::raw_json_string key = field.key();
		if (key.unsafe_is_equal("risk_score")) {
			m.risk_text = trimmed(field.value().raw_json_token());
			m.has_risk = true;
			error = field.value().get_double().get(m.risk);
		} else if (key.unsafe_is_equal("coherence")) {
			m.coherence_text = trimmed(field.value().raw_json_token());
			m.has_coherence = true;
			error = field.value().get_double().get(m.coherence);
		} else if (key.unsafe_is_equal("void_active")) {
			error = field.value().get_bool().get(m.void_active);
		}
		if (error)
			return error;
	}
	return SUCCESS;
}

struct output {
	char *ptr = nullptr;
	size_t len = 0, cap = 0;

	void
	flush()
	{
		for (size_t done = 0; done < len;) {
			ssize_t n = write(STDOUT_FILENO, ptr + done, len - done);

			if (n < 0)
				exit(74);
			done += (size_t)n;
		}
		len = 0;
	}

	void
	room(size_t size)
	{
		if (len >= 64 << 10)
			flush();
		if (len + size > cap) {
			cap = (len + size) * 2;
			ptr = (char *)realloc(ptr, cap);
		}
	}

	void
	add(std::string_view s)
	{
		memcpy(ptr + len, s.data(), s.size());
		len += s.size();
	}
};

static void
put(output &out, std::string_view line, const metrics &m)
{
	std::string_view health = "degraded", bound, member, value;

	if (m.void_active) {
		health = "critical";
	} else if (m.has_risk) {
		member = "risk_score ";
		value = m.risk_text;
		health = m.risk < 0.15 ? "healthy" : m.risk < 0.30 ? "degraded" : "critical";
		bound = m.risk < 0.15 ? " < 0.15" : m.risk < 0.30 ? " >= 0.15" : " >= 0.3";
	} else if (m.has_coherence) {
		member = "coherence ";
		value = m.coherence_text;
		health = m.coherence >= 0.85   ? "healthy"
		         : m.coherence >= 0.60 ? "degraded"
		                               : "critical";
		bound = m.coherence >= 0.85   ? " >= 0.85"
		        : m.coherence >= 0.60 ? " < 0.85"
		                              : " < 0.6";
	} else {
		member = "no metrics";
	}
	if (m.void_active)
		member = "void_active";
	out.room(line.size() + value.size() + 128);
	out.add(line.substr(0, line.size() - 1));
	out.add(",\"health\":\"");
	out.add(health);
	out.add("\",\"reason\":\"");
	out.add(member);
	out.add(value);
	out.add(bound);
	out.add("\"}\n");
}

/* Every whole line of DATA, which can be read for CAPACITY bytes; returns how much that was. */
static size_t
lines(ondemand::parser &parser, output &out, char *data, size_t len, size_t capacity)
{
	char *start = data, *lf;

	while ((lf = (char *)memchr(start, '\n', len - (size_t)(start - data)))) {
		std::string_view line(start, (size_t)(lf - start));
		padded_string_view padded(start, line.size(), capacity - (size_t)(start - data));
		ondemand::document doc;
		metrics m;

		if (!line.empty()) {
			error_code error = parser.iterate(padded).get(doc);

			if (!error)
				error = take(doc, m);
			if (error)
				fprintf(stderr, "bad record: %s\n", error_message(error));
			else
				put(out, line, m);
		}
		start = lf + 1;
	}
	return (size_t)(start - data);
}

int
main()
{
	const size_t chunk = 128 << 10;
	ondemand::parser parser;
	std::vector<char> buf(2 * chunk + SIMDJSON_PADDING);
	size_t len = 0, used;
	output out;
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf.data() + len, chunk)) > 0) {
		len += (size_t)n;
		used = lines(parser, out, buf.data(), len, buf.size());
		memmove(buf.data(), buf.data() + used, len -= used);
		if (buf.size() - SIMDJSON_PADDING - len < chunk)
			buf.resize(buf.size() * 2);
	}
	out.flush();
	return n < 0;
}
