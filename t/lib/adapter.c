/*
 * What each program's events become. Input and records are written with ' for " here.
 */
#include "agent/import.h"
#include "tap.h"

static char *
quoted(const char *s)
{
	char *copy = xstrdup(s);

	for (char *p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	return copy;
}

/* Feed INPUT line by line, each from a block of its own, so that a sanitizer sees what is read beyond it. */
static const char *
feed(struct import *im, const char *input, struct buf *out)
{
	struct str rest = str_of(input), line;
	const char *reason = NULL, *last;

	while (str_line(&rest, &line)) {
		struct buf b = BUF_INIT;

		buf_padded(&b, line);
		last = import_line(im, buf_view(&b), 5, out);
		reason = last ? last : reason;
		buf_release(&b);
	}
	last = import_end(im, 5, out);
	return last ? last : reason;
}

static const struct import_options defaults = {.arrival_given = true, .max = 4096};

static void
gives_with(const struct import_options *options, const char *input, const char *want,
           const char *name)
{
	char *in = quoted(input), *expected = quoted(want);
	struct import *im = import_new(options);
	struct buf out = BUF_INIT;
	const char *reason = feed(im, in, &out);

	if (reason)
		buf_printf(&out, "refused: %s\n", reason);
	is_str(buf_view(&out), expected, name);
	import_free(im);
	buf_release(&out);
	free(in);
	free(expected);
}

static void
gives(const char *format, const char *input, const char *want, const char *name)
{
	struct import_options options = defaults;

	options.format = format;
	gives_with(&options, input, want, name);
}

#define R(type, agent) "{'type':'" type "','ts':5,'agent':'" agent "',"

static void
test_claude(void)
{
	gives("claude",
	      "{'type':'system','subtype':'init','session_id':'s/1','model':'m','cwd':'/"
	      "w','claude_code_version':'2.0','tools':[]}\n",
	      R("start", "s_1") "'program':'claude','session':'s/"
	                        "1','model':'m','version':'2.0','cwd':'/w'}\n",
	      "claude: init, and an id made a name");
	gives("claude",
	      "{'type':'assistant','session_id':'s','message':{'id':'m1','content':[{'type':'"
	      "thinking','thinking':'hm'},"
	      "{'type':'text','text':'caf\\u00e9'},{'type':'tool_use','id':'t1','name':'Bash','"
	      "input':{ 'command': 'ls'}}],"
	      "'usage':{'input_tokens':3,'cache_read_input_tokens':10,'cache_creation_input_tokens'"
	      ":4,'output_tokens':2}}}\n"
	      "{'type':'user','session_id':'s','message':{'content':[{'type':'tool_result','tool_"
	      "use_id':'t1','content':"
	      "[{'type':'text','text':'a'},{'type':'image'},{'type':'text','text':'b'}],'is_error':"
	      "true}]}}\n",
	      R("output", "s") "'role':'reasoning','content':'hm'}\n" R(
		      "output",
		      "s") "'role':'assistant','content':'caf\\u00e9'}\n" R("tool",
	                                                                    "s") "'tool':'Bash','"
	                                                                         "id':'t1','input':"
	                                                                         "{ 'command': "
	                                                                         "'ls'}}\n" R(
											 "usag"
											 "e",
											 "s") "'inp"
	                                                                                      "ut_"
	                                                                                      "toke"
	                                                                                      "ns':"
	                                                                                      "17,'"
	                                                                                      "outp"
	                                                                                      "ut_"
	                                                                                      "toke"
	                                                                                      "ns':"
	                                                                                      "2,'"
	                                                                                      "cach"
	                                                                                      "ed_"
	                                                                                      "toke"
	                                                                                      "ns':"
	                                                                                      "10,'"
	                                                                                      "cumu"
	                                                                                      "lati"
	                                                                                      "ve':"
	                                                                                      "true"
	                                                                                      "}"
	                                                                                      "\n" R("tool_result",
	                                                                                             "s") "'tool':'Bash','id':'t1','ok':false,'content':'a\\nb'}\n",
	      "claude: blocks, and a result that has its tool's name");
	gives("claude",
	      "{'type':'assistant','message':{'id':'m1','content':[],'usage':{'input_tokens':3,'"
	      "output_tokens':1}}}\n"
	      "{'type':'assistant','message':{'id':'m1','content':[],'usage':{'input_tokens':3,'"
	      "output_tokens':1}}}\n"
	      "{'type':'assistant','message':{'id':'m1','content':[],'usage':{'input_tokens':3,'"
	      "output_tokens':9}}}\n"
	      "{'type':'assistant','message':{'id':'m2','content':[],'usage':{'input_tokens':4,'"
	      "output_tokens':1}}}\n",
	      R("usage", "claude") "'input_tokens':3,'output_tokens':1,'cumulative':true}\n" R(
		      "usage", "claude") "'input_tokens':3,'output_tokens':9,'cumulative':true}"
	                                 "\n" R("usage",
	                                        "claude") "'input_tokens':7,'output_tokens':10,'"
	                                                  "cumulative':true}\n",
	      "claude: usage of one message is replaced, of several added");
	gives("claude",
	      "{'type':'result','subtype':'success','is_error':true,'result':'API Error: "
	      "529','num_turns':1,'duration_ms':1500}\n"
	      "{'type':'result','subtype':'success','is_error':false,'result':'done','total_cost_"
	      "usd':0.5,"
	      "'modelUsage':{'a':{'inputTokens':1,'outputTokens':2,'cacheReadInputTokens':3,'"
	      "cacheCreationInputTokens':4},"
	      "'b':{'inputTokens':10,'outputTokens':20}}}\n"
	      "{'type':'result','subtype':'error_max_turns','is_error':false,'errors':['x']}\n",
	      R("result",
	        "claude") "'ok':false,'reason':'error','error':'API Error: "
	                  "529','turns':1,'duration':1.5}\n" R(
				  "usage",
				  "claude") "'input_tokens':18,'output_tokens':22,'"
	                                    "cached_tokens':3,'cost_usd':0.5,'cumulative'"
	                                    ":true}\n" R(
						    "result",
						    "claude") "'ok':true,'reason':'"
	                                                      "success','content':'"
	                                                      "done'}\n" R(
								      "result",
								      "claude") "'ok':false,'"
	                                                                        "reason':'error_"
	                                                                        "max_turns','error'"
	                                                                        ":'[\\'x\\']'}\n",
	      "claude: results, several, and a failure that says success");
	gives("claude",
	      "{'type':'system','subtype':'api_retry','attempt':2,'max_retries':10,'retry_delay_ms'"
	      ":2500,'error_status':529,'error':'overloaded'}\n"
	      "{'type':'system','subtype':'api_error','retryInMs':500,'retryAttempt':1,'maxRetries'"
	      ":9,'error':{'status':529}}\n"
	      "{'type':'rate_limit_event','rate_limit_info':{'status':'rejected','resetsAt':65,'"
	      "rateLimitType':'five_hour'}}\n"
	      "{'type':'rate_limit_event','rate_limit_info':{'status':'allowed_warning','resetsAt':"
	      "65}}\n"
	      "{'type':'system','subtype':'status','status':'compacting'}\n"
	      "{'type':'tool_progress','tool_use_id':'t','tool_name':'Bash','elapsed_time_seconds':"
	      "30}\n",
	      R("wait",
	        "claude") "'reason':'api_retry','delay':2.5,'attempt':2,'max_attempts':10,'error':'"
	                  "overloaded'}\n" R(
				  "wait",
				  "claude") "'reason':'api_retry','delay':0.5,'attempt':"
	                                    "1,'max_attempts':9,'error':'{\\'status\\':"
	                                    "529}'}\n" R(
						    "wait",
						    "claude") "'reason':'rate_"
	                                                      "limit','delay':60,'"
	                                                      "error':'five_hour'}"
	                                                      "\n" R("wait",
	                                                             "claude") "'re"
	                                                                       "aso"
	                                                                       "n':"
	                                                                       "'ra"
	                                                                       "te_"
	                                                                       "lim"
	                                                                       "it'"
	                                                                       ",'"
	                                                                       "del"
	                                                                       "ay'"
	                                                                       ":0}"
	                                                                       "\n" R("wait",
	                                                                              "clau"
	                                                                              "de") "'reaso"
	                                                                                    "n':'"
	                                                                                    "compac"
	                                                                                    "t'}"
	                                                                                    "\n" R("wait",
	                                                                                           "claude") "'"
	                                                                                                     "r"
	                                                                                                     "e"
	                                                                                                     "a"
	                                                                                                     "s"
	                                                                                                     "o"
	                                                                                                     "n"
	                                                                                                     "'"
	                                                                                                     ":"
	                                                                                                     "'"
	                                                                                                     "t"
	                                                                                                     "o"
	                                                                                                     "o"
	                                                                                                     "l"
	                                                                                                     "'"
	                                                                                                     ","
	                                                                                                     "'"
	                                                                                                     "t"
	                                                                                                     "o"
	                                                                                                     "o"
	                                                                                                     "l"
	                                                                                                     "'"
	                                                                                                     ":"
	                                                                                                     "'"
	                                                                                                     "B"
	                                                                                                     "a"
	                                                                                                     "s"
	                                                                                                     "h"
	                                                                                                     "'"
	                                                                                                     ","
	                                                                                                     "'"
	                                                                                                     "i"
	                                                                                                     "d"
	                                                                                                     "'"
	                                                                                                     ":"
	                                                                                                     "'"
	                                                                                                     "t"
	                                                                                                     "'"
	                                                                                                     "}"
	                                                                                                     "\n",
	      "claude: what it waits for");
	gives("claude",
	      "{'type':'system','subtype':'compact_boundary','compact_metadata':{'trigger':'auto'"
	      "}}\n"
	      "{'type':'user','isCompactSummary':true,'message':{'content':'so far'}}\n"
	      "{'type':'system','subtype':'hook_started','x':1}\n{'type':'news','x':1}\n",
	      R("raw",
	        "claude") "'event':'system/"
	                  "compact_boundary','compact':true,'raw':{'type':'system','"
	                  "subtype':'compact_boundary','compact_metadata':{'trigger':'"
	                  "auto'}}}\n" R(
				  "output",
				  "claude") "'role':'system','content':'so "
	                                    "far'}\n" R(
						    "raw",
						    "claude") "'event':'system/"
	                                                      "hook_started','"
	                                                      "raw':{'type':'"
	                                                      "system','"
	                                                      "subtype':'hook_"
	                                                      "started','x':1}}"
	                                                      "\n" R("raw",
	                                                             "claude") "'event':'news','"
	                                                                       "raw':{'type':'news'"
	                                                                       ",'x':1}}\n",
	      "claude: compaction and unknown events");
	gives("claude",
	      "{'type':'assistant','parent_tool_use_id':'t9','message':{'content':[{'type':'text','"
	      "text':'sub'}]}}\n"
	      "{'type':'assistant','isSidechain':true,'agentId':'a7','message':{'content':[{'type':"
	      "'text','text':'sub'}]}}\n"
	      "{'type':'assistant','parent_tool_use_id':null,'isSidechain':false,'message':{'"
	      "content':[{'type':'text','text':'top'}]}}\n",
	      R("output",
	        "claude") "'sidechain':true,'parent_id':'t9','role':'assistant','content':'sub'}"
	                  "\n" R("output",
	                         "claude") "'sidechain':true,'parent_id':'a7','role':'assistant','"
	                                   "content':'sub'}\n" R("output",
	                                                         "claude") "'role':'assistant','"
	                                                                   "content':'top'}\n",
	      "claude: sub-agents");
	gives("claude",
	      "{'type':'user','isMeta':true,'message':{'content':'Caveat'}}\n"
	      "{'type':'user','message':{'content':'<command-name>/clear</command-name>'}}\n"
	      "{'type':'user','message':{'content':'fix it'}}\n"
	      "{'type':'user','message':{'content':'and that'}}\n",
	      R("output", "claude") "'role':'system','content':'Caveat'}\n" R(
		      "output",
		      "claude") "'role':'user','content':'<command-name>/clear</"
	                        "command-name>'}\n" R("output",
	                                              "claude") "'goal':'fix "
	                                                        "it','role':'user','content':'fix "
	                                                        "it'}\n" R("output",
	                                                                   "claude") "'goal':'fix "
	                                                                             "it','role':'"
	                                                                             "user','"
	                                                                             "content':'"
	                                                                             "and that'}\n",
	      "claude: the first prompt is the goal");
	gives("claude",
	      "{'type':'stream_event','event':{'type':'message_start','message':{'id':'m1'}}}\n"
	      "{'type':'stream_event','event':{'type':'content_block_delta','delta':{'type':'text_"
	      "delta','text':'I shall look at the '}}}\n"
	      "{'type':'stream_event','event':{'type':'content_block_delta','delta':{'type':'text_"
	      "delta','text':'code first. Then'}}}\n"
	      "{'type':'stream_event','event':{'type':'content_block_stop'}}\n"
	      "{'type':'assistant','message':{'id':'m1','content':[{'type':'text','text':'I shall "
	      "look at the code first. Then'},"
	      "{'type':'tool_use','id':'t','name':'Read','input':{}}]}}\n",
	      R("output", "claude") "'role':'assistant','content':'I shall look at the code "
	                            "first.'}\n" R("output",
	                                           "claude") "'role':'assistant','content':'Then'}"
	                                                     "\n" R("tool",
	                                                            "claude") "'tool':'Read','id':'"
	                                                                      "t','input':{}}\n",
	      "claude: partial messages are joined and not said twice");
}

static void
test_codex(void)
{
	gives("codex",
	      "{'type':'thread.started','thread_id':'th'}\n"
	      "{'type':'item.started','item':{'id':'i1','type':'command_execution','command':'make'"
	      ",'status':'in_progress'}}\n"
	      "{'type':'item.started','item':{'id':'i2','type':'mcp_tool_call','server':'fs','tool'"
	      ":'read','arguments':{'p':1}}}\n"
	      "{'type':'item.updated','item':{'id':'i1','type':'command_execution','command':'make'"
	      ",'status':'in_progress'}}\n"
	      "{'type':'item.completed','item':{'id':'i2','type':'mcp_tool_call','server':'fs','"
	      "tool':'read','arguments':{'p':1},'error':{'message':'no'},'status':'failed'}}\n"
	      "{'type':'item.completed','item':{'id':'i1','type':'command_execution','command':'"
	      "make','aggregated_output':'ok','exit_code':2,'status':'failed'}}\n",
	      R("start", "th") "'program':'codex','session':'th'}\n" R(
		      "tool",
		      "th") "'tool':'command_execution','id':'i1','input':{'command':'make'"
	                    "}}\n" R("tool",
	                             "th") "'tool':'mcp__fs__read','id':'i2','input':{'p':"
	                                   "1}}\n" R(
						   "wait",
						   "th") "'reason':'tool','tool':'"
	                                                 "command_execution','id':'i1'}"
	                                                 "\n" R("tool_result",
	                                                        "th") "'tool':'mcp__fs__"
	                                                              "read','id':'i2','"
	                                                              "ok':false,'error':"
	                                                              "'no'}\n" R(
									      "tool_"
									      "resul"
									      "t",
									      "th") "'tool':'"
	                                                                            "command_"
	                                                                            "execution','"
	                                                                            "id':'i1','ok':"
	                                                                            "false,'status'"
	                                                                            ":2,'content':'"
	                                                                            "ok'}\n",
	      "codex: interleaved items are paired by id");
	gives("codex",
	      "{'type':'item.completed','item':{'id':'i1','type':'command_execution','command':'"
	      "rm','exit_code':null,'status':'declined'}}\n"
	      "{'type':'item.completed','item':{'id':'i2','type':'file_change','changes':[{'path'"
	      ":'a','kind':'add'}],'status':'completed'}}\n"
	      "{'type':'item.completed','item':{'id':'i3','type':'web_search','query':'q'}}\n",
	      R("tool",
	        "codex") "'tool':'command_execution','id':'i1','input':{'command':'"
	                 "rm'}}\n" R(
				 "tool_result",
				 "codex") "'tool':'command_execution','id':'i1'"
	                                  ",'ok':false,'reason':'declined'}"
	                                  "\n" R("tool",
	                                         "codex") "'tool':'file_change'"
	                                                  ",'id':'i2','input':{"
	                                                  "'changes':[{'path':'"
	                                                  "a','kind':'add'}]}}"
	                                                  "\n" R("tool_result",
	                                                         "codex") "'too"
	                                                                  "l':'"
	                                                                  "file"
	                                                                  "_cha"
	                                                                  "nge'"
	                                                                  ",'"
	                                                                  "id':"
	                                                                  "'i2'"
	                                                                  ",'"
	                                                                  "ok':"
	                                                                  "true"
	                                                                  "}"
	                                                                  "\n" R("tool",
	                                                                         "codex") "'tool':'"
	                                                                                  "web_"
	                                                                                  "search',"
	                                                                                  "'id':'"
	                                                                                  "i3','"
	                                                                                  "input':{"
	                                                                                  "'query':"
	                                                                                  "'q'}}"
	                                                                                  "\n" R("t"
	                                                                                         "o"
	                                                                                         "o"
	                                                                                         "l"
	                                                                                         "_"
	                                                                                         "r"
	                                                                                         "e"
	                                                                                         "s"
	                                                                                         "u"
	                                                                                         "l"
	                                                                                         "t",
	                                                                                         "c"
	                                                                                         "o"
	                                                                                         "d"
	                                                                                         "e"
	                                                                                         "x") "'tool':'web_search','id':'i3','ok':true}\n",
	      "codex: declined, and items that only complete");
	gives(
		"codex",
		"{'type':'turn.completed','usage':{'input_tokens':10,'cached_input_tokens':4,'"
		"output_tokens':1}}\n"
		"{'type':'turn.completed','usage':{'input_tokens':25,'cached_input_tokens':4,'"
		"output_tokens':3}}\n"
		"{'type':'turn.failed','error':{'message':'quota'}}\n"
		"{'type':'error','message':'Reconnecting... "
		"1/5'}\n{'type':'error','message':'gone'}\n",
		R("usage",
	          "codex") "'input_tokens':10,'output_tokens':1,'cached_tokens':4,'"
			   "cumulative':true}\n" R(
				   "result",
				   "codex") "'ok':true,'reason':'success'}"
					    "\n" R(
						    "usage",
						    "codex") "'input_tokens':"
							     "25,'output_"
							     "tokens':3,'"
							     "cached_tokens':"
							     "4,'cumulative':"
							     "true}\n" R(
								     "resu"
								     "lt",
								     "code"
								     "x") "'ok':true,'reason':'"
									  "success'}\n" R(
										  "result",
										  "codex") "'o"
											   "k'"
											   ":f"
											   "al"
											   "se"
											   ",'"
											   "re"
											   "as"
											   "on"
											   "':"
											   "'f"
											   "ai"
											   "le"
											   "d'"
											   ",'"
											   "er"
											   "ro"
											   "r'"
											   ":'"
											   "qu"
											   "ot"
											   "a'"
											   "}"
											   "\n" R("wait", "codex") "'reason':'reconnect','error':'Reconnecting... 1/5'}\n" R(
												   "error",
												   "codex") "'severity':'error','error':'gone'}\n",
		"codex: usage is replaced, turns end, errors");
	gives("codex",
	      "{'type':'item.started','item':{'id':'a','type':'agent_message','text':''}}\n"
	      "{'type':'item.completed','item':{'id':'a','type':'agent_message','text':'hi'}}\n"
	      "{'type':'item.completed','item':{'id':'b','type':'todo_list','items':[]}}\n"
	      "{'type':'item.completed','item':{'id':'c','type':'error','message':'odd'}}\n",
	      R("output", "codex") "'role':'assistant','content':'hi'}\n" R(
		      "raw",
		      "codex") "'event':'todo_list','raw':{'type':'item.completed','item':{'id':'b'"
	                       ",'type':'todo_list','items':[]}}}\n" R("error",
	                                                               "codex") "'severity':'"
	                                                                        "warning','error':'"
	                                                                        "odd'}\n",
	      "codex: messages, plans, warnings");
	gives("auto",
	      "{'model':'gpt','provider':'openai','sandbox':'ro'}\n{'prompt':'do it'}\n"
	      "{'id':'0','msg':{'type':'session_configured','session_id':'x1','model':'gpt'}}\n"
	      "{'id':'1','msg':{'type':'agent_reasoning','text':'r'}}\n"
	      "{'id':'1','msg':{'type':'agent_message_delta','delta':'h'}}\n"
	      "{'id':'1','msg':{'type':'agent_message','message':'hi'}}\n"
	      "{'id':'1','msg':{'type':'exec_command_begin','call_id':'c','command':['ls'],'cwd':"
	      "'/'}}\n"
	      "{'id':'1','msg':{'type':'exec_command_end','call_id':'c','stdout':'o','stderr':'e'"
	      ",'exit_code':1}}\n"
	      "{'id':'1','msg':{'type':'token_count','input_tokens':5,'output_tokens':6}}\n"
	      "{'id':'1','msg':{'type':'context_compacted'}}\n"
	      "{'id':'1','msg':{'type':'exec_approval_request','call_id':'d'}}\n"
	      "{'id':'1','msg':{'type':'task_complete','last_agent_message':'hi'}}\n",
	      R("raw", "codex") "'raw':{'model':'gpt','provider':'openai','sandbox':'ro'}}\n"
	                        "{'type':'output','ts':5,'agent':'codex','goal':'do "
	                        "it','role':'user','content':'do it'}\n"
#define G(type) "{'type':'" type "','ts':5,'agent':'x1','goal':'do it',"
	      G("start") "'program':'codex','session':'x1','model':'gpt'}\n" G(
		      "output") "'role':"
	                        "'reason"
	                        "ing','"
	                        "content"
	                        "':'r'}"
	                        "\n" G("output") "'role':'assistant','content':'hi'}\n" G("tool") "'tool':'command_execution','id':'c','input':{'command':['ls']}}\n" G(
					"tool_result") "'tool':'command_execution','id':'c','ok':"
	                                               "false,'status':1,'content':'o','error':'e'}"
	                                               "\n" G("usage") "'input_tokens':5,'output_"
	                                                               "tokens':6,'cumulative':"
	                                                               "true}\n" G(
									       "raw") "'event':"
	                                                                              "'context"
	                                                                              "_compact"
	                                                                              "ed','"
	                                                                              "compact'"
	                                                                              ":true,'"
	                                                                              "raw':{'"
	                                                                              "type':'"
	                                                                              "context_"
	                                                                              "compacte"
	                                                                              "d'}}"
	                                                                              "\n" G("w"
	                                                                                     "a"
	                                                                                     "i"
	                                                                                     "t") "'reason':'approval','id':'d'}\n" G("result") "'ok':true,'reason':'success','content':'hi'}\n",
	      "codex: the old form");
	gives(
		"auto",
		"{'timestamp':'1970-01-01T00:00:05Z','type':'session_meta','payload':{'id':'z','"
		"cli_version':'1'}}\n"
		"{'timestamp':'1970-01-01T00:00:05Z','type':'response_item','payload':{'type':'"
		"function_call','name':'shell','arguments':'{\\'command\\':\\n[\\'ls\\']}','call_"
		"id':'k'}}\n"
		"{'timestamp':'1970-01-01T00:00:05Z','type':'response_item','payload':{'type':'"
		"function_call_output','call_id':'k','output':'{\\'output\\':\\'no\\',\\'"
		"metadata\\':{\\'exit_code\\':2}}'}}\n"
		"{'timestamp':'1970-01-01T00:00:05Z','type':'response_item','payload':{'type':'"
		"custom_tool_call','name':'apply_patch','input':'*** Begin','call_id':'l'}}\n"
		"{'timestamp':'1970-01-01T00:00:05Z','type':'response_item','payload':{'type':'"
		"custom_tool_call_output','call_id':'l','output':'Exit code: 1\\nbad'}}\n"
		"{'timestamp':'1970-01-01T00:00:05Z','type':'event_msg','payload':{'type':'agent_"
		"message','message':'twin'}}\n"
		"{'timestamp':'1970-01-01T00:00:05Z','type':'compacted','payload':{'message':'m'}}"
		"\n"
		"{'timestamp':'1970-01-01T00:00:05Z','type':'event_msg','payload':{'type':'context_"
		"compacted'}}\n"
		"{'timestamp':'1970-01-01T00:00:05Z','type':'event_msg','payload':{'type':'turn_"
		"aborted','reason':'interrupted'}}\n",
		R("start", "z") "'program':'codex','session':'z','version':'1'}\n" R("tool", "z") "'tool':'shell','id':'k','input':{'command': ['ls']}}\n" R(
			"tool_result",
			"z") "'tool':'shell','id':'k','ok':false,'status':2,'"
			     "content':'no'}\n" R(
				     "tool",
				     "z") "'tool':'apply_patch'"
					  ",'id':'l','input':'*"
					  "** Begin'}\n" R(
						  "too"
						  "l_"
						  "res"
						  "ul"
						  "t",
						  "z") "'tool':'apply_patch','id':'l','ok':false,'"
	                                               "status':1,'content':'Exit "
						       "code: 1\\nbad'}\n" R(
							       "raw",
							       "z") "'event':'compacted','compact':"
	                                                            "true,'raw':{"
								    "'timestamp':'1970-01-01T00:00:"
	                                                            "05Z','type':"
								    "'compacted','payload':{'"
	                                                            "message':'m'}}}"
								    "\n" R("raw",
	                                                                   "z") "'event':'context_"
	                                                                        "compacted','"
										"raw':{'type':'"
	                                                                        "context_"
										"compacted'}}\n" R(
											"result",
											"z") "'ok':"
											     "false"
	                                                                                     ","
											     "'reas"
	                                                                                     "o"
											     "n':'"
											     "inter"
	                                                                                     "r"
											     "upted"
	                                                                                     "'"
											     "}\n",
		"codex: saved sessions, what they say twice told once");
}

static void
test_gemini(void)
{
	gives("auto",
	      "Loaded cached credentials.\n"
	      "{'type':'init','timestamp':'1970-01-01T00:00:05.000Z','session_id':'g','model':'p'}"
	      "\n"
	      "{'type':'message','timestamp':'1970-01-01T00:00:06Z','role':'user','content':'go'}\n"
	      "{'type':'message','timestamp':'1970-01-01T00:00:07Z','role':'assistant','content':'"
	      "I will ','delta':true}\n"
	      "{'type':'message','timestamp':'1970-01-01T00:00:08Z','role':'assistant','content':'"
	      "look','delta':true}\n"
	      "{'type':'tool_use','timestamp':'1970-01-01T00:00:09Z','tool_name':'ls','tool_id':'1'"
	      ",'parameters':{'d':'.'}}\n"
	      "{'type':'tool_result','timestamp':'1970-01-01T00:00:10Z','tool_id':'1','status':'"
	      "error','error':{'type':'x','message':'denied'}}\n"
	      "{'type':'error','timestamp':'1970-01-01T00:00:11Z','severity':'warning','message':'"
	      "Loop detected, stopping execution'}\n"
	      "{'type':'result','timestamp':'1970-01-01T00:00:12Z','status':'success','stats':{'"
	      "input_tokens':9,'output_tokens':2,'cached':1,'duration_ms':7000}}\n",
	      "{'type':'output','ts':5,'agent':'text','content':'Loaded cached credentials.'}\n"
	      "{'type':'start','ts':5,'agent':'g','program':'gemini','session':'g','model':'p'}\n"
	      "{'type':'output','ts':6,'agent':'g','goal':'go','role':'user','content':'go'}\n"
	      "{'type':'output','ts':8,'agent':'g','goal':'go','role':'assistant','content':'I "
	      "will look'}\n"
	      "{'type':'tool','ts':9,'agent':'g','goal':'go','tool':'ls','id':'1','input':{'d':'.'}"
	      "}\n"
	      "{'type':'tool_result','ts':10,'agent':'g','goal':'go','tool':'ls','id':'1','ok':"
	      "false,'error':'denied'}\n"
	      "{'type':'error','ts':11,'agent':'g','goal':'go','severity':'warning','error':'Loop "
	      "detected, stopping execution','loop':true}\n"
	      "{'type':'usage','ts':12,'agent':'g','goal':'go','input_tokens':9,'output_tokens':2,'"
	      "cached_tokens':1,'cumulative':true}\n"
	      "{'type':'result','ts':12,'agent':'g','goal':'go','ok':true,'reason':'success','"
	      "duration':7}\n",
	      "gemini: a warning first, fragments joined, a loop that it noticed");
	gives("auto",
	      "{\n  'sessionId': 'g',\n  'startTime': '1970-01-01T00:00:01Z',\n  'messages': [\n"
	      "    {'id': 'a', 'timestamp': '1970-01-01T00:00:02Z', 'type': 'user',\n     "
	      "'content': 'go } \\'{'},\n"
	      "    {'id': 'b', 'timestamp': '1970-01-01T00:00:04Z', 'type': 'gemini', 'content': "
	      "'ok',\n"
	      "     'thoughts': [{'subject': 'S', 'description': 'd', 'timestamp': "
	      "'1970-01-01T00:00:03Z'}],\n"
	      "     'toolCalls': [{'id': 't', 'name': 'ls', 'args': {\n 'x y': 1\n}, 'status': "
	      "'cancelled'}],\n"
	      "     'tokens': {'input': 3, 'output': 1, 'thoughts': 1, 'cached': 0}},\n"
	      "    {'id': 'c', 'timestamp': '1970-01-01T00:00:05Z', 'type': 'info', 'content': "
	      "'i'}\n  ]\n}\nafter\n",
	      "{'type':'start','ts':1,'agent':'g','program':'gemini','session':'g'}\n"
#define D "'agent':'g','goal':'go } \\'{',"
	      "{'type':'output','ts':2," D "'role':'user','content':'go } \\'{'}\n"
	      "{'type':'output','ts':3," D "'role':'reasoning','content':'S: d'}\n"
	      "{'type':'output','ts':4," D "'role':'assistant','content':'ok'}\n"
	      "{'type':'tool','ts':4," D "'tool':'ls','id':'t','input':{'x y':1}}\n"
	      "{'type':'tool_result','ts':4," D
	      "'tool':'ls','id':'t','ok':false,'reason':'declined'}\n"
	      "{'type':'usage','ts':4," D
	      "'input_tokens':3,'output_tokens':2,'cached_tokens':0,'cumulative':true}\n"
	      "{'type':'raw','ts':5," D "'event':'info','raw':{'id':'c','timestamp':'1970-01-01T00:"
	      "00:05Z','type':'info','content':'i'}}\n"
	      "{'type':'output','ts':5," D "'content':'after'}\n",
	      "gemini: a saved session, one document over many lines");
}

static void
test_opencode(void)
{
	gives("auto",
	      "{'type':'step_start','timestamp':1700000001000,'sessionID':'ses','part':{}}\n"
	      "{'type':'tool_use','timestamp':1700000009500,'sessionID':'ses','part':{'tool':'bash'"
	      ",'callID':'c','state':{'status':'completed','input':{'command':'ls'},'output':'o','"
	      "time':{'start':1700000002000,'end':1700000009000}}}}\n"
	      "{'type':'tool_use','timestamp':1700000010000,'sessionID':'ses','part':{'tool':'read'"
	      ",'callID':'d','state':{'status':'error','input':{},'error':'no file'}}}\n"
	      "{'type':'text','timestamp':1700000011000,'sessionID':'ses','part':{'text':'done'}}\n"
	      "{'type':'step_finish','timestamp':1700000012000,'sessionID':'ses','part':{'id':'p1',"
	      "'reason':'tool-calls','cost':0.25,'tokens':{'input':1,'output':2,'reasoning':3,'"
	      "cache':{'read':4,'write':5}}}}\n"
	      "{'type':'step_finish','timestamp':1700000013000,'sessionID':'ses','part':{'id':'p2',"
	      "'reason':'stop','cost':0.5,'tokens':{'input':1,'output':0,'reasoning':0,'cache':{'"
	      "read':0,'write':0}}}}\n"
	      "{'type':'error','timestamp':1700000014000,'sessionID':'ses','error':{'name':'"
	      "APIError','data':{'message':'quota'}}}\n",
#define O(type, ts) "{'type':'" type "','ts':17000000" ts ",'agent':'ses',"
	      O(
		      "raw",
		      "01") "'event':'step_start','raw':{'type':'step_start','timestamp':"
	                    "1700000001000,'sessionID':'ses','part':{}}}\n" O(
				    "tool",
				    "02") "'tool':'bash','id':'c','input':{'command':'ls'}"
	                                  "}\n" O("tool_result",
	                                          "09") "'tool':'bash','id':'c','ok':true,"
	                                                "'content':'o'}\n" O(
								"tool",
								"10") "'tool'"
	                                                              ":'"
	                                                              "read',"
	                                                              "'id':'"
	                                                              "d','"
	                                                              "input'"
	                                                              ":{}}"
	                                                              "\n" O("tool_result", "10") "'tool':'read','id':'d','ok':false,'error':'no file'}\n" O("output", "11") "'role':'assistant','content':'done'}\n" O(
									      "usage",
									      "12") "'input_tokens'"
	                                                                            ":10,'output_"
	                                                                            "tokens':5,'"
	                                                                            "cached_tokens'"
	                                                                            ":4,'cost_usd':"
	                                                                            "0.25,'"
	                                                                            "cumulative':"
	                                                                            "true}\n" O("us"
	                                                                                        "ag"
	                                                                                        "e",
	                                                                                        "1"
	                                                                                        "3") "'input_tokens'"
	                                                                                             ":11,'output_"
	                                                                                             "tokens':5,'"
	                                                                                             "cached_tokens'"
	                                                                                             ":4,'cost_usd':"
	                                                                                             "0.75,'"
	                                                                                             "cumulative':"
	                                                                                             "true}\n" O(
													     "re"
													     "su"
													     "l"
													     "t",
													     "1"
													     "3") "'ok':true,'reason':'success'}\n" O("error",
	                                                                                                                                              "14") "'severity':'error','error':'quota'}\n",
	      "opencode: a finished tool is a call and a result, at their times");
}

static void
test_openai(void)
{
	gives("auto",
	      ": keep-alive\n\n"
	      "data: "
	      "{'id':'x','created':5,'choices':[{'index':0,'delta':{'role':'assistant','"
	      "reasoning_content':'Let me see'}}]}\n\n"
	      "data: {'id':'x','created':5,'choices':[{'index':0,'delta':{'content':'Here is the "
	      "first line\\n  and'}}]}\n\n"
	      "data: {'id':'x','created':5,'choices':[{'index':0,'delta':{'content':' the "
	      "second'}}]}\n"
	      "data: "
	      "{'id':'x','created':5,'choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'id'"
	      ":'c0','function':{'name':'ls','arguments':'{\\'d\\':'}},{'index':1,'id':'c1','"
	      "function':{'name':'cat','arguments':'not'}}]}}]}\n"
	      "data: "
	      "{'id':'x','created':5,'choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'"
	      "function':{'arguments':'1}'}},{'index':1,'function':{'arguments':' json'}}]}}]}\n"
	      "data: "
	      "{'id':'x','created':5,'choices':[{'index':0,'delta':{},'finish_reason':'tool_"
	      "calls'}]}\n"
	      "data: "
	      "{'id':'x','created':5,'choices':[],'usage':{'prompt_tokens':7,'completion_tokens':"
	      "3,'prompt_tokens_details':{'cached_tokens':2}}}\n"
	      "data: [DONE]\n",
	      R("output", "openai") "'role':'reasoning','content':'Let me see'}\n" R(
		      "output",
		      "openai") "'role':'assistant','content':'Here is the first "
	                        "line'}\n" R(
					"output",
					"openai") "'role':'assistant','"
	                                          "content':'  and the "
	                                          "second'}\n" R(
							  "tool",
							  "opena"
							  "i") "'"
	                                                       "t"
	                                                       "o"
	                                                       "o"
	                                                       "l"
	                                                       "'"
	                                                       ":"
	                                                       "'"
	                                                       "l"
	                                                       "s"
	                                                       "'"
	                                                       ","
	                                                       "'"
	                                                       "i"
	                                                       "d"
	                                                       "'"
	                                                       ":"
	                                                       "'"
	                                                       "c"
	                                                       "0"
	                                                       "'"
	                                                       ","
	                                                       "'"
	                                                       "i"
	                                                       "n"
	                                                       "p"
	                                                       "u"
	                                                       "t"
	                                                       "'"
	                                                       ":"
	                                                       "{"
	                                                       "'"
	                                                       "d"
	                                                       "'"
	                                                       ":"
	                                                       "1"
	                                                       "}"
	                                                       "}"
	                                                       "\n" R("tool",
	                                                              "openai") "'tool':'cat','id':"
	                                                                        "'c1','input':'not "
	                                                                        "json'}\n" R("usag"
	                                                                                     "e",
	                                                                                     "opena"
	                                                                                     "i") "'input_"
	                                                                                          "tokens'"
	                                                                                          ":7,'"
	                                                                                          "output_"
	                                                                                          "tokens'"
	                                                                                          ":3,'"
	                                                                                          "cached_"
	                                                                                          "tokens'"
	                                                                                          ":2,'"
	                                                                                          "cumulat"
	                                                                                          "ive':"
	                                                                                          "true}"
	                                                                                          "\n",
	      "openai: fragments are joined, calls by index, comments and [DONE]");
	gives("openai",
	      "data: "
	      "{'choices':[{'delta':{'content':'"
	      "\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0"
	      "\xe5\xa5\xbd\xe3\x80\x82\xe5\xa5\xbd'}}]}\n"
	      "data: {'choices':[{'delta':{},'finish_reason':'stop'}]}\n"
	      "data: {'choices':[{'delta':{'content':'cut'},'finish_reason':'length'}]}\n"
	      "data: {'error':{'message':'rate limited','type':'x'}}\nnot sse\ndata: oops\n",
	      R("output",
	        "openai") "'role':'assistant','content':'"
	                  "\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0"
	                  "\xe5\xa5\xbd\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82'}\n" R(
				  "output",
				  "openai") "'role':'assistant','content':'\xe5\xa5\xbd'}"
	                                    "\n" R("result",
	                                           "openai") "'ok':true,'reason':'"
	                                                     "success'}\n" R(
								     "output",
								     "openai") "'"
	                                                                       "r"
	                                                                       "o"
	                                                                       "l"
	                                                                       "e"
	                                                                       "'"
	                                                                       ":"
	                                                                       "'"
	                                                                       "a"
	                                                                       "s"
	                                                                       "s"
	                                                                       "i"
	                                                                       "s"
	                                                                       "t"
	                                                                       "a"
	                                                                       "n"
	                                                                       "t"
	                                                                       "'"
	                                                                       ","
	                                                                       "'"
	                                                                       "c"
	                                                                       "o"
	                                                                       "n"
	                                                                       "t"
	                                                                       "e"
	                                                                       "n"
	                                                                       "t"
	                                                                       "'"
	                                                                       ":"
	                                                                       "'"
	                                                                       "c"
	                                                                       "u"
	                                                                       "t"
	                                                                       "'"
	                                                                       "}"
	                                                                       "\n" R("result",
	                                                                              "op"
	                                                                              "en"
	                                                                              "a"
	                                                                              "i") "'ok':"
	                                                                                   "false,'"
	                                                                                   "reason'"
	                                                                                   ":'"
	                                                                                   "length'"
	                                                                                   "}\n" R("error",
	                                                                                           "openai") "'"
	                                                                                                     "s"
	                                                                                                     "e"
	                                                                                                     "v"
	                                                                                                     "e"
	                                                                                                     "r"
	                                                                                                     "i"
	                                                                                                     "t"
	                                                                                                     "y"
	                                                                                                     "'"
	                                                                                                     ":"
	                                                                                                     "'"
	                                                                                                     "e"
	                                                                                                     "r"
	                                                                                                     "r"
	                                                                                                     "o"
	                                                                                                     "r"
	                                                                                                     "'"
	                                                                                                     ","
	                                                                                                     "'"
	                                                                                                     "e"
	                                                                                                     "r"
	                                                                                                     "r"
	                                                                                                     "o"
	                                                                                                     "r"
	                                                                                                     "'"
	                                                                                                     ":"
	                                                                                                     "'"
	                                                                                                     "r"
	                                                                                                     "a"
	                                                                                                     "t"
	                                                                                                     "e"
	                                                                                                     " "
	                                                                                                     "l"
	                                                                                                     "i"
	                                                                                                     "m"
	                                                                                                     "i"
	                                                                                                     "t"
	                                                                                                     "e"
	                                                                                                     "d"
	                                                                                                     "'"
	                                                                                                     "}"
	                                                                                                     "\n" R("output", "openai") "'content':'not sse'}\n" R(
														     "output",
														     "openai") "'content':'oops'}\n",
	      "openai: wide full stops, ends, errors, other lines");
}

static void
test_csv(void)
{
	gives("auto", "name,risk,ok,note,,ts\n'a, ''b''',1.0,True,'two\n\nlines',x,7\nc,NaN,,,,\n",
	      "{'type':'sample','agent':'csv','name':'a, "
	      "\\'b\\'','risk':1.0,'ok':true,'note':'two\\n\\nlines','ts':7}\n"
	      "{'type':'sample','agent':'csv','name':'c','risk':'NaN','ts':5}\n",
	      "csv: quotes, line ends in them, numbers, NaN, empty cells, times");
	gives("csv", "a,b\n1,2,3\n", "refused: more cells than columns\n", "csv: too many cells");
	gives("csv", "a,b\n1,'2'x\n", "refused: text after a closing quote\n",
	      "csv: text after a quote");
	gives("csv", "a,b\n1,'2\n3,4\n", "refused: a quote is not closed\n", "csv: an open quote");
	gives("csv",
	      "n,risk\n\n1,0.5\n\n2,NaN\n\n3,\n\nSummary,\ntotal,3\n\n4,0.5,'x\n",
	      "{'type':'sample','agent':'csv','n':1,'risk':0.5,'ts':5}\n"
	      "{'type':'sample','agent':'csv','n':2,'risk':'NaN','ts':5}\n"
	      "{'type':'sample','agent':'csv','n':3,'ts':5}\n"
	      "{'type':'raw','ts':5,'agent':'csv','raw':'Summary,'}\n"
	      "{'type':'raw','ts':5,'agent':'csv','raw':'total,3'}\n"
	      "refused: a quote is not closed\n",
	      "csv: after a blank line the table goes on, or ends with text for a number");
	gives("csv", "name,risk\na,1\n\nb,2\n\nname,count\nx,3\n",
	      "{'type':'sample','agent':'csv','name':'a','risk':1,'ts':5}\n"
	      "{'type':'sample','agent':'csv','name':'b','risk':2,'ts':5}\n"
	      "{'type':'raw','ts':5,'agent':'csv','raw':'name,count'}\n"
	      "{'type':'raw','ts':5,'agent':'csv','raw':'x,3'}\n",
	      "csv: a second table");
	gives("csv", "a,a,type\n1,2,x\n\n3\n",
	      "{'agent':'csv','a':2,'type':'x','ts':5}\n{'agent':'csv','ts':5}\n",
	      "csv: names that come twice");
}

static void
test_text_and_records(void)
{
	gives("text", "{'type':'x'}\n\n  two\n",
	      R("output", "text") "'content':'{\\'type\\':\\'x\\'}'}\n" R(
		      "output", "text") "'content':'  two'}\n",
	      "text: any line is text");
	gives("auto", "hello, world\nyes,no\nand so on\n{\nint x;\n",
	      R("output", "text") "'content':'hello, world'}\n" R(
		      "output",
		      "text") "'content':'yes,no'}\n" R("output",
	                                                "text") "'content':'and so "
	                                                        "on'}\n" R(
									"output",
									"text") "'cont"
	                                                                        "ent':"
	                                                                        "'{'}"
	                                                                        "\n" R("output",
	                                                                               "text") "'co"
	                                                                                       "nte"
	                                                                                       "nt'"
	                                                                                       ":'"
	                                                                                       "int"
	                                                                                       " x;"
	                                                                                       "'}"
	                                                                                       "\n",
	      "auto: text that looks like a table or a document");
	gives("auto", "a,b\n", R("output", "text") "'content':'a,b'}\n",
	      "auto: a header alone is text");
	gives("auto", "{'level':'info' , 'x':1.0}\nplain\n",
	      "{'level':'info' , 'x':1.0,'ts':5}\n" R("output", "text") "'content':'plain'}\n",
	      "auto: objects of no known program pass through");
	gives("records", "{'ts':1,'risk_score':0.10}\nno\n",
	      "{'ts':1,'risk_score':0.10}\nrefused: not a JSON object\n",
	      "records: pass, and what is none is refused");
}

static void
test_labels(void)
{
	static const struct import_rename rename[] = {{STR("risk_score"), STR("risk")}};
	const struct import_options labels = {.agent = "a",
	                                      .specialty = "code",
	                                      .goal = "say \"x\"",
	                                      .renames = rename,
	                                      .rename_count = 1,
	                                      .max = 4096,
	                                      .arrival_given = true};
	const struct import_options record = {.clock = IMPORT_CLOCK_RECORD, .max = 4096};
	const struct import_options wall = {.clock = IMPORT_CLOCK_WALL, .max = 4096};
	const struct import_options any = {.max = 4096};

	gives_with(&labels, "{'ts':1,'agent':'b','risk_score':9,'ri\\u0073k':0.5, 'z':null}\n",
	           "{'ts':1,'agent':'a','risk_score':0.5, 'z':null,'specialty':'code','goal':'say "
	           "\\'x\\''}\n",
	           "labels: records are relabelled and members renamed");
	gives_with(&labels, "risk,risk_score\n1,2\n3,4\n",
	           "{'type':'sample','risk_score':1,'ts':5,'agent':'a','specialty':'code','goal':'"
	           "say \\'x\\''}\n"
	           "{'type':'sample','risk_score':3,'ts':5,'agent':'a','specialty':'code','goal':'"
	           "say \\'x\\''}\n",
	           "labels: columns are renamed");
	gives_with(&record, "{'ts':1,'x':1}\n{'x':2}\n", "{'ts':1,'x':1}\nrefused: no time\n",
	           "clock record refuses");
	gives_with(&wall, "{'ts':1,'x':1}\n", "{'ts':5,'x':1}\n", "clock wall overrides");
	gives_with(&any,
	           "{'type':'user','timestamp':'1980-01-01T00:00:00Z','message':{'content':'q'}}\n{"
	           "'type':'result','subtype':'success'}\n",
	           "{'type':'output','ts':315532800,'agent':'claude','goal':'q','role':'user','"
	           "content':'q'}\n"
	           "{'type':'result','ts':315532800,'agent':'claude','goal':'q','ok':true,'reason':"
	           "'success'}\n",
	           "a recording's lines without a time follow the ones before");
}

static void
test_bounds(void)
{
	struct import *im = import_new(&defaults);
	struct buf out = BUF_INIT, line = BUF_INIT;

	for (int i = 0; i < 3000; i++) {
		buf_reset(&line);
		buf_printf(
			&line,
			"{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\","
			"\"id\":\"t%d\",\"name\":\"n%d\",\"input\":{}}]}}",
			i, i);
		buf_padded(&line, STR(""));
		import_line(im, buf_view(&line), 5, &out);
	}
	out.len = 0;
	for (int i = 0; i < 3000; i += 2999) {
		buf_reset(&line);
		buf_printf(&line,
		           "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\","
		           "\"tool_use_id\":\"t%d\"}]}}",
		           i);
		buf_padded(&line, STR(""));
		import_line(im, buf_view(&line), 5, &out);
	}
	is_str(buf_view(&out),
	       "{\"type\":\"tool_result\",\"ts\":5,\"agent\":\"claude\",\"id\":\"t0\",\"ok\":true}"
	       "\n"
	       "{\"type\":\"tool_result\",\"ts\":5,\"agent\":\"claude\",\"tool\":\"n2999\",\"id\":"
	       "\"t2999\",\"ok\":true}\n",
	       "the oldest of too many calls is forgotten");
	import_free(im);
	buf_release(&out);
	buf_release(&line);
}

/* What is refused under --clock record is refused whole, and takes nothing else along. */
static void
test_refused(void)
{
	const struct import_options record = {.clock = IMPORT_CLOCK_RECORD, .max = 4096};
	struct import *im = import_new(&record);
	struct buf out = BUF_INIT, line = BUF_INIT;

	buf_padded(&line, STR("a,b"));
	ok(!import_line(im, buf_view(&line), 5, &out), "text is held");
	buf_reset(&line);
	buf_padded(&line, STR("c d"));
	ok(import_line(im, buf_view(&line), 5, &out) && out.len == 0, "and, without a time,");
	is_str(import_refused(im), "a,b\nc d", "refused with what showed that it is text");
	import_free(im);
	gives_with(&record, "a,b\n{'ts':1}\n", "{'ts':1}\nrefused: no time\n",
	           "an object after it stands");
	gives_with(&record,
	           "{'type':'stream_event','event':{'type':'message_start','message':{'id':'m'}}}\n"
	           "{'type':'stream_event','event':{'type':'content_block_delta',"
	           "'delta':{'type':'text_delta','text':'x'}}}\n"
	           "{'type':'assistant','timestamp':'1970-01-01T00:00:05Z',"
	           "'message':{'id':'m','content':[{'type':'text','text':'x'}]}}\n",
	           R("output", "claude") "'role':'assistant','content':'x'}\n",
	           "fragments without a time give way to the message");
	buf_release(&out);
	buf_release(&line);
}

/* When an answer of a service is told to have begun. */
static void
test_created(void)
{
	const struct import_options any = {.max = 4096};

	gives_with(&any,
	           "data: "
	           "{'created':1,'choices':[{'delta':{'content':'a'},'finish_reason':'stop'}]}\n",
	           R("output", "openai") "'role':'assistant','content':'a'}\n" R(
			   "result", "openai") "'ok':true,'reason':'success'}\n",
	           "openai: live, it counts when a chunk arrives");
	gives_with(&any,
	           "data: "
	           "{'created':900,'choices':[{'delta':{'content':'a'},'finish_reason':'tool_calls'"
	           "}]}\n",
	           "{'type':'output','ts':900,'agent':'openai','role':'assistant','content':'a'}\n",
	           "openai: recorded, when the answer began");
}

static void
test_long_text(void)
{
	struct import *im = import_new(&defaults);
	struct buf out = BUF_INIT, line = BUF_INIT;
	size_t records = 0;

	for (int i = 0; i < 300; i++) {
		buf_reset(&line);
		buf_str(&line, "data: {\"choices\":[{\"delta\":{\"content\":\"");
		for (int n = 0; n < 1000; n++)
			buf_byte(&line, 'x');
		buf_str(&line, "\"}}]}");
		buf_padded(&line, STR(""));
		import_line(im, buf_view(&line), 5, &out);
	}
	for (size_t i = 0; i < out.len; i++)
		records += out.ptr[i] == '\n';
	is_int((long long)records, 4, "text without an end goes out in pieces");
	import_free(im);
	buf_release(&out);
	buf_release(&line);
}

static void
test_long_document(void)
{
	struct import_options options = defaults;

	options.max = 16;
	gives_with(
		&options, "{\n'a':\n'bcdefghijkl'\n}\n",
		R("output", "text") "'content':'{'}\n" R(
			"output",
			"text") "'content':'\\'a\\':'}\n" R("output",
	                                                    "text") "'content':'\\'bcdefghijkl\\''}"
	                                                            "\n" R("output",
	                                                                   "text") "'content':'}'}"
	                                                                           "\n",
		"a document that is too long is text");
	options.format = "csv";
	gives_with(&options, "a\n'bcdefgh\nijklmnop\nqrs'\n",
	           "{'type':'sample','agent':'csv','a':'qrs\\'','ts':5}\n"
	           "refused: row longer than --max-record\n",
	           "a row that is too long is refused, and the next line is a new one");
}

int
main(void)
{
	test_claude();
	test_codex();
	test_gemini();
	test_opencode();
	test_openai();
	test_csv();
	test_text_and_records();
	test_labels();
	test_bounds();
	test_refused();
	test_created();
	test_long_text();
	test_long_document();
	return done_testing();
}
