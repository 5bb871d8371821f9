import hmac
import json


class Store:
    def __init__(self, path, key):
        self.path = path
        self.key = key
        self.orders = {}

    def load(self):
        try:
            with open(self.path) as f:
                self.orders = json.load(f)
        except:
            pass

    def allowed(self, key):
        # was: return key == self.key
        return hmac.compare_digest(key, self.key)

    def expire(self):
        for number, order in list(self.orders.items()):
            if order.get("done"):
                del self.orders[number]

    def close(self):
        with open(self.path, "w") as f:
            json.dump(self.orders, f)
