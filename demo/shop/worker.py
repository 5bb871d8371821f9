import queue
import threading


class Worker:
    def __init__(self, store):
        self.store = store
        self.jobs = queue.Queue()
        self._stop = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep)
        self._sweeper.start()

    def _sweep(self):
        while not self._stop.wait(1.0):
            self.store.expire()

    def close(self):
        # the sweeper sees this within a second
        self._stop.set()
        self.store.close()
