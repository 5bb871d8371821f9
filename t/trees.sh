#!/bin/sh
# Make the tree DIR as two audits saw it ("before"), or as it was after their findings were fixed ("after"):
#
#	t/trees.sh before|after DIR
#
# The faults stand at the lines that the audits state. What audits and fixes do to quotes is all there: comments of the
# source that the quotes do not have, lines between those quoted, one statement over two lines, backup copies and siblings
# with the old code, comments that still name a fault, a quote that survives under a guard, and one whose line never
# changes because something was missing.
set -eu
state=$1 dir=$2

# fill N [INDENT]: as many lines of code that say nothing
fill() {
	awk -v n="$1" -v indent="${2:-    }" \
		'BEGIN { for (i = 1; i <= n; i++) print i % 7 ? indent "self.step_" i " = prepare(" i ")" : "" }'
}

# Standard input goes to the file $1, whose directory is made.
file() {
	mkdir -p "$dir/${1%/*}"
	cat >"$dir/$1"
}

# Quoted lines go to the state before, what became of them to the state after.
before() {
	if [ "$state" = before ]; then cat; else cat >/dev/null; fi
}
after() {
	if [ "$state" = after ]; then cat; else cat >/dev/null; fi
}

pooled_agent() { # NAME LINES STATE
	echo "class $1(BaseAgent):"
	fill "$2"
	if [ "$3" = before ]; then
		cat <<-'END'
		    def start(self):
		        # bound by the pool
		        self.socket = get_rep_socket(self.endpoint).socket
		        self.poller = zmq.Poller()
		        self.poller.register(self.socket, zmq.POLLIN)

		        self._bind_socket_with_retry(self.socket, self.port)
		        self.running = True
		END
	else
		cat <<-'END'
		    def start(self):
		        # get_rep_socket(self.endpoint).socket bound it a second time
		        self.socket = self.context.socket(zmq.REP)
		        self.poller = zmq.Poller()
		        self.poller.register(self.socket, zmq.POLLIN)

		        self._bind_socket_with_retry(self.socket, self.port)
		        self.running = True
		END
	fi
	fill 30
}

agents=main_pc_code/agents
pooled_agent EmotionEngine 124 "$state" | file $agents/emotion_engine.py
pooled_agent EmotionEngine 124 before | file $agents/emotion_engine_backup.py
pooled_agent EmotionEngineEnhanced 90 "$state" | file $agents/emotion_engine_enhanced.py
pooled_agent ChitchatAgent 40 "$state" | file $agents/chitchat_agent.py
pooled_agent ChitchatAgent 45 before | file attic/chitchat_agent.py
pooled_agent NluAgent 61 "$state" | file $agents/nlu_agent.py
pooled_agent TranslatorService 55 before | file $agents/translator_service.py

{
	echo 'class ErrorPublisher:'
	fill 39
	before <<-'END'
	    def __init__(self, endpoint=None):
	        self.endpoint = endpoint or default_endpoint()
	        try:
	            # a pooled one
	            self.socket = get_pub_socket(self.endpoint).socket
	            self.socket.connect(self.endpoint)
	        except Exception:
	            self.enabled = False
	END
	after <<-'END'
	    def __init__(self, endpoint=None):
	        self.endpoint = endpoint or default_endpoint()
	        try:
	            ctx = zmq.Context.instance()
	            self.socket = ctx.socket(zmq.PUB)
	            self.socket.setsockopt(zmq.LINGER, 0)
	            self.socket.connect(self.endpoint)
	        except Exception:
	            self.enabled = False
	END
	fill 20
} | file $agents/error_publisher.py

# loads NAME LINES VARIABLE
loads() {
	echo "class $1(BaseAgent):"
	fill "$2"
	echo '    def receive(self):'
	echo "        $3 = self.sub_socket.recv(zmq.NOBLOCK)"
	before <<-END
	        data = pickle.loads($3)
	END
	after <<-END
	        # pickle.loads let anybody run code here
	        data = json.loads($3)
	        validate(data)
	END
	echo '        self.handle(data)'
	fill 12
}
loads FusedAudioPreprocessor 705 message | file $agents/fused_audio_preprocessor.py
loads StreamingInterruptHandler 223 msg | file $agents/streaming_interrupt_handler.py

{
	echo 'class ExecutorAgent(BaseAgent):'
	fill 118
	cat <<-'END'
	    def __init__(self):
	        super().__init__(name="ExecutorAgent")
	END
	before <<-'END'
	        self.context = None  # late
	END
	after <<-'END'
	        # the context is that of BaseAgent: no self.context = None here
	END
	cat <<-'END'
	        self.command_socket = self.context.socket(zmq.REP)
	        self.command_socket.bind("tcp://*:5606")
	END
	fill 16
} | file $agents/executor.py

{
	echo 'class Alert:'
	fill 59
	cat <<-'END'
	    def evaluate(self, value):
	        """Whether the alert is on."""
	        try:
	END
	before <<-'END'
	            return eval(f"{value} {self.condition}")
	        except Exception:
	            return False
	END
	after <<-'END'
	            if not self.allowed_operators(self.condition):
	                raise ValueError(self.condition)
	            return eval(f"{value} {self.condition}")
	        except Exception:
	            return False
	END
	fill 16
} | file common/observability/metrics.py

{
	echo 'class RestServer:'
	fill 40
	before <<-'END'
	    def secure(self, app):
	        self._auth_dependency = Depends(self.authenticate)
	        if not self.api_key:
	            self._auth_dependency = None
	        app.add_middleware(
	            CORSMiddleware,
	            allow_origins=["*"],
	            allow_methods=["GET", "POST"],
	        )
	END
	after <<-'END'
	    def secure(self, app):
	        self._auth_dependency = Depends(self.authenticate)
	        if not self.api_key:
	            raise RuntimeError("REST API needs a key")
	        app.add_middleware(
	            CORSMiddleware,
	            allow_origins=["*"] if self.debug else self.config.origins,
	            allow_methods=["GET", "POST"],
	        )
	END
	fill 21
	cat <<-'END'
	    async def infer(self, request):
	        try:
	            payload = await request.json()
	            return await self.kernel.infer(payload)
	        except Exception as e:
	            raise HTTPException(status_code=500, detail=str(e))
	END
} | file model_ops_coordinator/transport/rest_api.py
{
	fill 20 ''
	echo 'app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"])'
	fill 20 ''
} | file dashboard/server.py

{
	echo 'class GrpcServer:'
	fill 397
	cat <<-'END'
	    def stop(self, grace=5):
	        if hasattr(self.servicer, "_lease_sweeper_stop"):
	            self.servicer._lease_sweeper_stop.set()
	END
	after <<-'END'
	            self.servicer._lease_sweeper.join(timeout=5)
	END
	cat <<-'END'
	        self.server.stop(grace).wait(timeout=grace)
	END
	fill 20
} | file model_ops_coordinator/transport/grpc_server.py

{
	echo 'class Application:'
	fill 224
	before <<-'END'
	    async def start(self):
	        server_tasks = []
	        # ZMQ
	        server_tasks.append(asyncio.create_task(
	            self.zmq_server.start(),
	            name="zmq-server"
	        ))

	        if self.config.grpc:
	            pass

	        # gRPC
	        server_tasks.append(asyncio.create_task(
	            self.grpc_server.start(),
	            name="grpc-server"
	        ))
	END
	after <<-'END'
	    async def start(self):
	        server_tasks = []
	        loop = asyncio.get_running_loop()
	        # ZMQ
	        server_tasks.append(asyncio.create_task(
	            self.zmq_server.start(),
	            name="zmq-server"
	        ))

	        # gRPC: create_task(self.grpc_server.start()) was no coroutine
	        await loop.run_in_executor(None, self.grpc_server.start)
	END
	fill 53
	cat <<-'END'
	    async def stop(self):
	        stop_tasks = []
	END
	before <<-'END'
	        if self.rest_server:
	            stop_tasks.append(self.rest_server.stop())
	        if stop_tasks:
	            await asyncio.gather(*stop_tasks)
	END
	after <<-'END'
	        loop = asyncio.get_running_loop()
	        if asyncio.iscoroutinefunction(self.rest_server.stop):
	            stop_tasks.append(self.rest_server.stop())
	        else:
	            stop_tasks.append(loop.run_in_executor(None, self.rest_server.stop))
	        if stop_tasks:
	            await asyncio.gather(*stop_tasks)
	END
	fill 10
} | file model_ops_coordinator/app.py

{
	echo 'class FaceRecognitionAgent(BaseAgent):'
	fill 197
	cat <<-'END'
	    def trim(self):
	        while len(self.voice_buffer) > self.limit:
	            self.voice_buffer.pop(0)
	END
	fill 20
} | file $agents/face_recognition_agent.py

{
	echo 'class UnifiedConfigLoader:'
	fill 60
	cat <<-'END'
	    def close(self):
	        try:
	            self.handle.close()
	        except:
	            pass

	END
	fill 33
	cat <<-'END'
	    def detect_gpu(self):
	        try:
	            return run(["nvidia-smi"]).stdout
	END
	before <<-'END'
	        except:
	            pass
	END
	after <<-'END'
	        except (subprocess.CalledProcessError, FileNotFoundError) as e:
	            logger.warning("no GPU: %s", e)
	END
	cat <<-'END'
	        return None
	END
	fill 8
} | file common/utils/unified_config_loader.py

# An older report in the tree quotes the code too, and so does a page.
file docs/AUDIT.md <<'END'
# Old audit

    self.socket = get_rep_socket(self.endpoint).socket
    if not self.api_key: self._auth_dependency = None
END
file docs/notes.txt <<'END'
data = pickle.loads(message)
END
