#include "report/locate.h"

#include <ctype.h>

/* What is a path, and what merely looks like one. */

static const char extensions[] =
	"py|pyi|pyx|ipynb|c|h|cc|cpp|cxx|hpp|hh|hxx|inl|m|mm|swift|java|kt|kts|scala|groovy|"
	"gradle|go|rs|rb|erb|php|pl|pm|js|jsx|ts|tsx|mjs|cjs|mts|cts|vue|svelte|astro|html|htm|"
	"css|scss|sass|less|sol|vy|cairo|move|fe|huff|yul|rell|nr|circom|cs|vb|fs|fsx|csproj|sln|"
	"sh|bash|zsh|fish|ps1|bat|cmd|sql|prisma|graphql|gql|proto|thrift|yaml|yml|json|jsonc|"
	"json5|toml|ini|cfg|conf|xml|plist|properties|lua|dart|ex|exs|erl|hrl|hs|ml|mli|elm|clj|"
	"cljs|lisp|el|scm|r|jl|nim|zig|v|sv|vhd|vhdl|asm|s|f90|f|pas|adb|ads|tf|tfvars|hcl|nix|"
	"cmake|mk|am|ac|in|txt|md|rst|adoc|csv|lock|env|service|timer|j2|jinja|tmpl|tpl|hbs|ejs|"
	"pug|twig|blade|dockerfile|cu|cuh|glsl|wgsl|metal|tcl|awk|sed|d|pug|razor|cshtml|aspx|"
	"jsp|xaml|rego|bicep|template|example|log|gd|tscn|cls|trigger|apex|abap|cob|cbl|gs|wat|y|"
	"l|jsonl|1";

static const char names[] =
	"Makefile|Dockerfile|Jenkinsfile|Procfile|Gemfile|Rakefile|Vagrantfile|CMakeLists.txt|"
	".env|.gitignore|.dockerignore|Podfile|Justfile|Caddyfile";

/* Products and the like. */
static const char products[] =
	"node.js|next.js|vue.js|react.js|express.js|d3.js|three.js|nuxt.js|ethers.js|web3.js|"
	"socket.io|chart.js|nest.js|backbone.js|discord.js|asp.net|p5.js|alpine.js";

bool
path_char(char c)
{
	return isalnum((unsigned char)c) || strchr("_./\\-+@~$%", c);
}

size_t
path_length(struct str s)
{
	size_t n = 0, k;
	const char *close;

	while (n < s.len) {
		if (path_char(s.ptr[n]) && s.ptr[n] != 0) {
			n++;
		} else if ((unsigned char)s.ptr[n] >= 0x80 &&
		           mark_length(s.ptr + n, s.ptr + s.len) == 0) {
			n++;
		} else if ((s.ptr[n] == '[' || s.ptr[n] == '(') && n > 0 && s.ptr[n - 1] == '/' &&
		           (close = memchr(s.ptr + n, s.ptr[n] == '[' ? ']' : ')', s.len - n)) !=
		                   NULL &&
		           (k = (size_t)(close - s.ptr)) + 1 < s.len && k < n + 40 &&
		           (s.ptr[k + 1] == '/' || s.ptr[k + 1] == '.')) {
			n = k + 1;
		} else {
			break;
		}
	}
	while (n > 0 && (s.ptr[n - 1] == '.' || s.ptr[n - 1] == '-' || s.ptr[n - 1] == '+' ||
	                 s.ptr[n - 1] == '@' || s.ptr[n - 1] == '~' || s.ptr[n - 1] == '%'))
		n--;
	return n;
}

static struct str
base_name(struct str path)
{
	for (size_t i = path.len; i-- > 0;)
		if (path.ptr[i] == '/' || path.ptr[i] == '\\')
			return str_from(path, i + 1);
	return path;
}

/* What follows the last dot of a name that has something before it, or empty.
 */
static struct str
extension(struct str name)
{
	for (size_t i = name.len; i-- > 1;)
		if (name.ptr[i] == '.')
			return str_from(name, i + 1);
	return STR("");
}

bool
path_is(struct str s, bool label)
{
	struct str base = base_name(s), ext = extension(base);
	bool slash = base.len < s.len, letters = false;

	if (s.len < 3 || s.len > 400 || memmem(s.ptr, s.len, "//", 2) || s.ptr[0] == '@')
		return false;
	if (base.len == 0)
		return label && s.len > 2;
	for (size_t i = 0; i < base.len; i++)
		letters = letters || isalpha((unsigned char)base.ptr[i]);
	if (word_among(base, names) || (str_starts(base, STR(".env")) && base.len < 24))
		return true;
	if (ext.len == 0)
		return label && slash && letters && memchr(s.ptr, '/', s.len) &&
		       (s.ptr[0] == '/' || s.ptr[0] == '.' || islower((unsigned char)s.ptr[0]));
	if (!word_among(ext, extensions) || word_among(base, products))
		return false;
	if (slash)
		return true;
	for (size_t i = 0; i < ext.len; i++)
		if (isupper((unsigned char)ext.ptr[i]))
			return false;
	/* Without a directory only the clearest: not self.c, process.env, os.name.in.
   */
	if (str_is(ext, "1") || str_is(ext, "log") || str_is(ext, "env") || str_is(ext, "in") ||
	    str_is(ext, "lock") || str_is(ext, "template") || str_is(ext, "example") ||
	    str_is(ext, "service"))
		return (str_is(ext, "log") || str_is(ext, "lock") || str_is(ext, "service")) &&
		       label;
	if (ext.len == 1 &&
	    (str_starts(base, STR("self.")) || str_starts(base, STR("this.")) || base.len < 5) &&
	    !label)
		return base.len >= 3 && strchr("ch", ext.ptr[0]) &&
		       !memchr(base.ptr, '.', base.len - 2);
	return !str_starts(base, STR("self.")) && !str_starts(base, STR("this."));
}
