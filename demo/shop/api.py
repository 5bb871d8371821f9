import json


def post_order(store, body):
    if not body:
        return 400, "an order is needed"
    order = json.loads(body)
    store.orders[order["number"]] = order
    return 201, order["number"]
